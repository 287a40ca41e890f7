const block = 512;

/** A tar as npm makes them: every file under `package/`. */
export function tarOf(files: Record<string, Uint8Array>): Buffer {
  const parts = Object.entries(files).flatMap(([path, data]) => {
    const header = Buffer.alloc(block);
    header.write(`package/${path}`, 0);
    header.write("0000644\0", 100);
    header.write(`${data.length.toString(8).padStart(11, "0")}\0`, 124);
    header.write("        ", 148);
    header.write("0ustar\0", 156);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
    return [header, data, Buffer.alloc((block - (data.length % block)) % block)];
  });
  return Buffer.concat([...parts, Buffer.alloc(2 * block)]);
}
