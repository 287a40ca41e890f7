import { gunzipSync } from "node:zlib";
import { BrimError, messageOf } from "../base/errors.ts";

const blockSize = 512;

/**
 * Takes files out of a .tgz as npm makes them: plain USTAR with a folder `package/` around everything.
 * @param paths within `package/`
 * @throws BrimError INPUT when the archive is damaged or holds no such file
 */
export function extract(tgz: Uint8Array, paths: readonly string[]): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  for (const { path, data } of entries(unzip(tgz))) {
    const inside = path.replace(/^[^/]+\//, "");
    if (paths.includes(inside)) files.set(inside, data);
  }
  const missing = paths.filter((path) => !files.has(path));
  if (missing.length > 0) throw new BrimError("INPUT", `the archive holds no ${missing.join(", ")}`);
  return files;
}

/** The regular files of a tar, one after the other; the data are views, not copies. */
function* entries(tar: Uint8Array): Generator<{ path: string; data: Uint8Array }> {
  let offset = 0;
  while (offset + blockSize <= tar.length) {
    const header = tar.subarray(offset, offset + blockSize);
    if (header.every((byte) => byte === 0)) return;
    checkSum(header, offset);
    const size = octal(header, 124, 12);
    const start = offset + blockSize;
    if (start + size > tar.length) throw new BrimError("INPUT", "the archive ends early");
    const type = header[156] ?? 0;
    const prefix = text(header, 345, 155);
    const name = text(header, 0, 100);
    if (type === 0 || type === 0x30) {
      yield { path: prefix ? `${prefix}/${name}` : name, data: tar.subarray(start, start + size) };
    }
    offset = start + Math.ceil(size / blockSize) * blockSize;
  }
}

/** The sum of a header's bytes, its own field taken for spaces, guards against reading rubbish as names. */
function checkSum(header: Uint8Array, offset: number): void {
  let sum = 0;
  for (const [i, byte] of header.entries()) sum += i >= 148 && i < 156 ? 0x20 : byte;
  if (sum !== octal(header, 148, 8)) {
    throw new BrimError("INPUT", `the archive is damaged at byte ${offset}`);
  }
}

function text(header: Uint8Array, start: number, length: number): string {
  const field = Buffer.from(header.subarray(start, start + length));
  const end = field.indexOf(0);
  return field.toString("utf8", 0, end < 0 ? length : end);
}

function octal(header: Uint8Array, start: number, length: number): number {
  return Number.parseInt(text(header, start, length).trim() || "0", 8);
}

function unzip(tgz: Uint8Array): Uint8Array {
  try {
    return gunzipSync(tgz);
  } catch (error) {
    throw new BrimError("INPUT", `the archive cannot be unpacked: ${messageOf(error)}`, { cause: error });
  }
}
