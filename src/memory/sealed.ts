import {
  createCipheriv,
  createDecipheriv,
  randomBytes,
  type ScryptOptions,
  scrypt,
  timingSafeEqual,
} from "node:crypto";
import { promisify } from "node:util";
import { BrimError } from "../base/errors.ts";

/*
 * A sealed file: bytes that only a passphrase opens. AES-256-GCM with a key of scrypt (RFC 7914).
 *
 *   0  "BRIMKEEP"          8 bytes
 *   8  version             1
 *   9  log2 N, r, p        3 of scrypt
 *  12  salt               16
 *  28  check               8 of scrypt's output, by which a wrong passphrase is told from a damaged file
 *  36  nonce              12
 *  48  ciphertext
 *  −16 tag                16 of GCM, which guards the header too
 */
const format = "BRIMKEEP";
const magic = Buffer.from(format, "latin1");
const version = 1;
const headerBytes = 48;
const tagBytes = 16;

/** 32 MB and a second or two of a Pi for each guess. */
const cost = { logN: 15, r: 8, p: 3 };
/** What a file may ask for: 256 MB. */
const mostCost = { logN: 18, r: 8, p: 16 };

const derive = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);

/** Whether bytes are the beginning of a sealed file. */
export function isSealed(bytes: Uint8Array): boolean {
  return magic.equals(bytes.subarray(0, magic.length));
}

/** Seals bytes with a passphrase. */
export async function seal(plain: Uint8Array, passphrase: string): Promise<Buffer> {
  const salt = randomBytes(16);
  const { key, check } = await keyOf(passphrase, salt, cost);
  const nonce = randomBytes(12);
  const header = Buffer.concat([
    magic,
    Buffer.from([version, cost.logN, cost.r, cost.p]),
    salt,
    check,
    nonce,
  ]);
  const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(header);
  return Buffer.concat([header, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/**
 * Opens sealed bytes.
 * @param name of the file, for the message
 * @throws BrimError INPUT that tells a wrong passphrase, a damaged file, one of another kind and one of a newer Brim
 */
export async function unseal(sealed: Buffer, passphrase: string, name: string): Promise<Buffer> {
  if (!isSealed(sealed)) throw new BrimError("INPUT", `${name} was not written by \`brim memory export\``);
  const damaged = `${name} is damaged or cut off: nothing was changed`;
  if (sealed.length < headerBytes + tagBytes) throw new BrimError("INPUT", damaged);
  const [madeBy = 0, logN = 0, r = 0, p = 0] = sealed.subarray(8, 12);
  if (madeBy > version) throw new BrimError("INPUT", `${name} was written by a newer Brim: update Brim`);
  const possible =
    logN >= 1 && logN <= mostCost.logN && r >= 1 && r <= mostCost.r && p >= 1 && p <= mostCost.p;
  if (madeBy < 1 || !possible) throw new BrimError("INPUT", damaged);
  const { key, check } = await keyOf(passphrase, sealed.subarray(12, 28), { logN, r, p });
  if (!timingSafeEqual(check, sealed.subarray(28, 36))) {
    throw new BrimError(
      "INPUT",
      `the passphrase is not that of ${name}, or the file is damaged: nothing was changed`,
    );
  }
  const decipher = createDecipheriv("aes-256-gcm", key, sealed.subarray(36, 48))
    .setAAD(sealed.subarray(0, headerBytes))
    .setAuthTag(sealed.subarray(-tagBytes));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(headerBytes, -tagBytes)), decipher.final()]);
  } catch (error) {
    throw new BrimError("INPUT", damaged, { cause: error });
  }
}

/** @param passphrase the same however its accents are typed */
async function keyOf(
  passphrase: string,
  salt: Buffer,
  { logN, r, p }: typeof cost,
): Promise<{ key: Buffer; check: Buffer }> {
  const N = 2 ** logN;
  const bytes = await derive(passphrase.normalize("NFKC"), salt, 40, { N, r, p, maxmem: 256 * N * r });
  return { key: bytes.subarray(0, 32), check: bytes.subarray(32) };
}
