/** All that a client has sent over one WebSocket: its request, and the payload of each frame without its mask (RFC 6455). */
export function unmasked(bytes: Buffer): Buffer {
  const begin = bytes.indexOf("\r\n\r\n") + 4;
  const parts = [bytes.subarray(0, begin)];
  for (let at = begin; at < bytes.length; ) {
    const short = (bytes[at + 1] ?? 0) & 0x7f;
    const wide = short === 126 ? 2 : short === 127 ? 8 : 0;
    const length =
      wide === 0 ? short : wide === 2 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2));
    const mask = bytes.subarray(at + 2 + wide, at + 6 + wide);
    const start = at + 6 + wide;
    const payload = Buffer.from(bytes.subarray(start, start + length));
    for (let i = 0; i < payload.length; i++) payload[i] = (payload[i] ?? 0) ^ (mask[i % 4] ?? 0);
    parts.push(payload, Buffer.from("\n"));
    at = start + length;
  }
  return Buffer.concat(parts);
}

/** All that was sent, and what of it is in base64, decoded: pictures, sounds, and whatever else. */
export function decoded(sent: Buffer): Buffer {
  const inBase64 = sent.toString("latin1").match(/[A-Za-z0-9+/]{16,}={0,2}/g) ?? [];
  return Buffer.concat([sent, ...inBase64.map((text) => Buffer.from(text, "base64"))]);
}
