import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readPacket, ShtpWriter } from "../../../src/devices/imu/shtp.ts";

/** A packet of reports as the chip sends it. */
function packet(...reports: { id: number; axes: [number, number, number] }[]): Buffer {
  const payload = Buffer.concat([
    Buffer.from([0xfb, 0, 0, 0, 0]),
    ...reports.map(({ id, axes }) => {
      const report = Buffer.alloc(10);
      report[0] = id;
      for (const [i, axis] of axes.entries()) report.writeInt16LE(axis, 4 + 2 * i);
      return report;
    }),
  ]);
  return Buffer.concat([Buffer.from([payload.length + 4, 0, 3, 7]), payload]);
}

describe("what a BNO085 sends", () => {
  test("is the rate of turn in degrees a second, and gravity in g", () => {
    const news = readPacket(
      packet({ id: 0x02, axes: [512, 0, -1024] }, { id: 0x06, axes: [0, 0, Math.round(9.80665 * 256)] }),
    );
    expect(news.rate?.[0]).toBeCloseTo(57.296, 2);
    expect(news.rate?.[2]).toBeCloseTo(-114.592, 2);
    expect(news.gravity?.[2]).toBeCloseTo(1, 3);
    expect(news.product).toBe(false);
  });

  test("is only taken where the packet is whole", () => {
    const whole = packet({ id: 0x02, axes: [512, 0, 0] });
    expect(readPacket(whole.subarray(0, whole.length - 1)).rate).toBeNull();
    expect(readPacket(Buffer.alloc(64)).rate).toBeNull();
    expect(readPacket(Buffer.alloc(64, 0xff)).rate).toBeNull();
  });

  test("is never an error, whatever comes over the wire", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        const { rate, gravity } = readPacket(Buffer.from(bytes));
        for (const axis of [...(rate ?? []), ...(gravity ?? [])]) expect(Number.isFinite(axis)).toBe(true);
      }),
    );
  });
});

describe("what a BNO085 is told", () => {
  test("are packets that hold their own length and are numbered for each channel", () => {
    const writer = new ShtpWriter();
    const packets = [writer.reset(), writer.askProduct(), writer.enable("gyroscope", 20)];
    for (const each of packets) expect(each.readUInt16LE(0)).toBe(each.length);
    expect(packets.map((each) => [each[2], each[3]])).toEqual([
      [1, 0],
      [2, 0],
      [2, 1],
    ]);
    expect(packets[2]?.[4]).toBe(0xfd);
    expect(packets[2]?.readUInt32LE(9)).toBe(20_000);
  });
});
