import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { command } from "../../src/cli/gateway.ts";
import { runCommand } from "./run.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "brim-gateway-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const listen = "--listen=127.0.0.1:0";
const upstream = "--upstream=http://127.0.0.1:11434";
const gateway = (...args: string[]) => runCommand(command, args, { BRIM_STATE_DIR: folder });

describe("brim gateway", () => {
  test.each([[[]], [[listen]], [[upstream]], [[listen, upstream, "more"]]])(
    "says how it is used: %j",
    async (args) => {
      const { status, out, err } = await gateway(...args);
      expect({ status, out, err }).toEqual({
        status: 2,
        out: [],
        err: ["usage: brim gateway --listen HOST:PORT --upstream URL [OPTIONS]"],
      });
    },
  );

  test.each([
    [["--listen=8790", upstream], "--listen 8790: expected HOST:PORT, such as 127.0.0.1:8790"],
    [["--listen=127.0.0.1:99999", upstream], "expected HOST:PORT"],
    [["--listen=127.0.0.1:", upstream], "expected HOST:PORT"],
    [["--listen=::1:80", upstream], "expected HOST:PORT"],
    [["--listen=0.0.0.0:0", upstream], "--listen 0.0.0.0:0: set BRIM_LVLM_TOKEN, or everybody is let in"],
    [["--listen=127.0.0.1.example.org:0", upstream], "set BRIM_LVLM_TOKEN"],
    [[listen, "--upstream=ollama"], "--upstream ollama: expected an address such as http://127.0.0.1:11434"],
    [[listen, "--upstream=ftp://127.0.0.1"], "--upstream: expected http:// or https://"],
    [[listen, "--upstream=https://me:secret@host"], "with the key in BRIM_UPSTREAM_KEY"],
    [[listen, upstream, "--cert=cert.pem"], "--cert and --key go together"],
    [[listen, upstream, "--cert=/none.pem", "--key=/none.pem"], "/none.pem: "],
    [[listen, upstream, "--max-mb=0"], "--max-mb 0: expected a number from 1 to 64"],
    [[listen, upstream, "--per-minute=many"], "--per-minute many: expected a number"],
    [[listen, upstream, "--conections=5"], "did you mean --connections?"],
  ])("refuses %j in one line", async (args, message) => {
    const refused = await gateway(...args).catch((error) => error);
    expect(refused).toMatchObject({ name: "BrimError", message: expect.stringContaining(message) });
    expect(refused.message).not.toMatch(/\n|secret/);
  });

  test("refuses a certificate that is none, and an address that is taken", async () => {
    const [cert, key] = [join(folder, "cert.pem"), join(folder, "key.pem")];
    writeFileSync(cert, "no certificate");
    writeFileSync(key, "no key");
    await expect(gateway(listen, upstream, `--cert=${cert}`, `--key=${key}`)).rejects.toMatchObject({
      code: "CONFIG",
      message: expect.stringContaining("the certificate or its key cannot be used"),
    });
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const { port } = other.address() as { port: number };
    await expect(gateway(`--listen=127.0.0.1:${port}`, upstream)).rejects.toMatchObject({
      code: "BUSY",
      message: `cannot listen on 127.0.0.1:${port}: it is in use`,
    });
    await new Promise((resolve) => other.close(resolve));
  });

  test("serves until it is ended", async () => {
    const out: string[] = [];
    const end = new AbortController();
    const status = command.run([listen, upstream], {
      env: { BRIM_STATE_DIR: folder },
      signal: end.signal,
      out: (line) => {
        out.push(line);
        end.abort();
      },
      err: () => {},
    });
    expect(await status).toBe(0);
    expect(out).toEqual([expect.stringMatching(/^gateway: ws:\/\/127\.0\.0\.1:[1-9]\d*\/v1\/realtime$/)]);
  });
});
