import {
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  X509Certificate,
} from "node:crypto";
import { chmodSync, readFileSync } from "node:fs";
import { isIP } from "node:net";
import { join } from "node:path";
import { z } from "zod";
import { isoTime, wallTime } from "../base/clock.ts";
import { writeWhole } from "../base/whole-file.ts";

/** The page's certificate and its key, as PEM. */
export interface Certificate {
  key: string;
  cert: string;
  /** SHA-256 of the certificate, as "AB:CD:…". */
  fingerprint: string;
  /** Until when it is good, wall time in ms since 1970. */
  until: number;
}

const fileName = "page-certificate.json";
const keptSchema = z.object({ key: z.string(), cert: z.string(), until: z.number() });
const dayMs = 24 * 3_600_000;
/** Phones trust no certificate that is good for longer. */
const goodDays = 820;
/** A new one is made when the old one is good for less. */
const leastDays = 30;

/**
 * The certificate of the page, made at the first start and kept in the state folder for its owner alone. A new one is made
 * when it runs out, or is damaged.
 *
 * @param hosts names and addresses under which the page is found
 * @throws BrimError STORAGE when it cannot be written
 */
export async function certificateOf(folder: string, hosts: readonly string[]): Promise<Certificate> {
  const kept = read(folder);
  if (kept !== null) return kept;
  const made = makeCertificate(hosts, wallTime());
  await writeWhole(folder, fileName, `${JSON.stringify(made)}\n`, "the page's certificate");
  chmodSync(join(folder, fileName), 0o600);
  return made;
}

function read(folder: string): Certificate | null {
  try {
    const kept = keptSchema.parse(JSON.parse(readFileSync(join(folder, fileName), "utf8")));
    const { fingerprint256, publicKey } = new X509Certificate(kept.cert);
    const ours = createPublicKey(kept.key).equals(publicKey);
    const fresh = kept.until - wallTime() > leastDays * dayMs;
    return ours && fresh ? { ...kept, fingerprint: fingerprint256 } : null;
  } catch {
    return null;
  }
}

/** Makes a key (P-256) and a certificate of it (X.509 version 3, RFC 5280) that is signed with it. */
export function makeCertificate(hosts: readonly string[], now: number): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const until = now + goodDays * dayMs;
  const serial = randomBytes(16);
  // Positive, and without a zero in front.
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
  const name = sequence(set(sequence(oid("550403"), der(0x0c, Buffer.from("Brim")))));
  const unsigned = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, serial),
    ecdsaWithSha256,
    name,
    sequence(time(now - dayMs), time(until)),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    der(
      0xa3,
      sequence(extension("551d13", sequence()), extension("551d11", sequence(...hosts.map(alternative)))),
    ),
  );
  const cert = pem(sequence(unsigned, ecdsaWithSha256, bits(signed(unsigned, privateKey))));
  const key = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  return { key, cert, fingerprint: new X509Certificate(cert).fingerprint256, until };
}

/** One value of DER: tag, length, contents (X.690). */
function der(tag: number, ...contents: Buffer[]): Buffer {
  const body = Buffer.concat(contents);
  const length =
    body.length < 0x80
      ? [body.length]
      : body.length < 0x100
        ? [0x81, body.length]
        : [0x82, body.length >> 8, body.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
}

function sequence(...parts: Buffer[]): Buffer {
  return der(0x30, ...parts);
}

function set(...parts: Buffer[]): Buffer {
  return der(0x31, ...parts);
}

/** An object identifier, its contents in hexadecimal digits. */
function oid(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, "hex"));
}

function bits(bytes: Buffer): Buffer {
  return der(0x03, Buffer.from([0]), bytes);
}

/** UTCTime, which is for years before 2050. */
function time(ms: number): Buffer {
  const text = isoTime(ms).replace(/[-:T]/g, "").slice(2, 14);
  return der(0x17, Buffer.from(`${text}Z`));
}

function extension(hex: string, value: Buffer): Buffer {
  return sequence(oid(hex), der(0x04, value));
}

/** A name or an address in subjectAltName. */
function alternative(host: string): Buffer {
  const plain = host.replace(/^\[|\]$/g, "");
  if (isIP(plain) === 0) return der(0x82, Buffer.from(plain));
  return der(0x87, addressBytes(plain));
}

function addressBytes(address: string): Buffer {
  if (isIP(address) === 4) return Buffer.from(address.split(".").map(Number));
  // "::" stands for as many zeros as are missing.
  const [head = "", tail] = (address.split("%")[0] ?? "").split("::");
  const words = (part: string) => (part === "" ? [] : part.split(":"));
  const last = tail === undefined ? [] : words(tail);
  const first = words(head);
  const zeros = Array.from({ length: 8 - first.length - last.length }, () => "0");
  return Buffer.from([...first, ...zeros, ...last].map((word) => word.padStart(4, "0")).join(""), "hex");
}

const ecdsaWithSha256 = sequence(oid("2a8648ce3d040302"));

function signed(bytes: Buffer, key: KeyObject): Buffer {
  return sign("sha256", bytes, key);
}

function pem(bytes: Buffer): string {
  const lines = bytes.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}
