import { X509Certificate } from "node:crypto";
import { statSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import { connect } from "node:tls";
import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { makeCertificate } from "../../src/companion/certificate.ts";
import { readLocalPage } from "../../src/companion/local-file.ts";
import { Hat } from "./helpers.ts";

const hats: Hat[] = [];

async function secure(folder?: string): Promise<Hat> {
  const hat = await new Hat({
    tls: true,
    simulated: false,
    ...(folder === undefined ? {} : { folder }),
  }).start();
  hats.push(hat);
  return hat;
}

afterEach(async () => {
  for (const hat of hats.splice(0)) await hat.stop();
});

function ask(hat: Hat, path: string, method = "GET", body?: string) {
  return new Promise<{ status: number; cookie: string }>((resolve, reject) => {
    const { certificate: ca } = readLocalPage(hat.folder);
    const asked = request(
      {
        ...{ host: "127.0.0.1", port: hat.port, path, method, ca: ca ?? "" },
        headers: { origin: `https://127.0.0.1:${hat.port}`, "content-type": "application/json" },
      },
      (answer) => {
        answer.resume();
        const cookie = answer.headers["set-cookie"]?.[0] ?? "";
        answer.on("end", () => resolve({ status: answer.statusCode ?? 0, cookie }));
      },
    );
    asked.on("error", reject).end(body);
  });
}

describe("a page over TLS", () => {
  test("has an address of that kind, a certificate that clients can check, and cookies for TLS alone", async () => {
    const hat = await secure();
    expect(hat.companion.url).toMatch(/^https:/);
    expect((await ask(hat, "/")).status).toBe(200);
    expect((await ask(hat, "/memory")).status).toBe(401);
    const body = JSON.stringify({ name: "phone", role: "wearer", code: hat.pairing.begin() });
    const { status, cookie } = await ask(hat, "/pairing/code", "POST", body);
    expect([status, cookie.includes("; Secure")]).toEqual([200, true]);
  });

  test("keeps its certificate over a restart, for its owner alone", async () => {
    const hat = await secure();
    const fingerprint = async (of: Hat) => {
      const socket = connect({ host: "127.0.0.1", port: of.port, rejectUnauthorized: false });
      await new Promise((resolve) => socket.once("secureConnect", resolve));
      const print = socket.getPeerCertificate().fingerprint256;
      socket.destroy();
      return print;
    };
    const before = await fingerprint(hat);
    expect(statSync(join(hat.folder, "page-certificate.json")).mode & 0o777).toBe(0o600);
    await hat.companion.stop();
    const again = await secure(hat.folder);
    expect(await fingerprint(again)).toBe(before);
  });

  test("has a certificate for whatever names the hat has", () => {
    const names = fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6());
    fc.assert(
      fc.property(fc.array(names, { minLength: 1, maxLength: 12 }), (hosts) => {
        const { cert, fingerprint } = makeCertificate(hosts, Date.UTC(2026, 10, 25));
        const certificate = new X509Certificate(cert);
        expect(certificate.verify(certificate.publicKey)).toBe(true);
        expect(certificate.fingerprint256).toBe(fingerprint);
        expect(certificate.subjectAltName?.split(", ")).toHaveLength(hosts.length);
      }),
      { numRuns: 30 },
    );
  });
});
