import { describe, expect, test, vi } from "vitest";

const calls: string[] = [];
vi.mock("node:fs/promises", async (original) => ({
  ...(await original<typeof import("node:fs/promises")>()),
  access: async () => {},
}));
vi.mock("i2c-bus", () => ({
  default: {
    openPromisified: async () => ({
      i2cWrite: async (address: number, length: number, bytes: Buffer) => {
        calls.push(`write ${address} ${bytes.toString("hex")}`);
        return { bytesWritten: length };
      },
      i2cRead: async (address: number, length: number, buffer: Buffer) => {
        calls.push(`read ${address}`);
        return { bytesRead: length, buffer };
      },
      readI2cBlock: async (address: number, register: number, length: number, buffer: Buffer) => {
        calls.push(`block ${address} ${register}`);
        return { bytesRead: register === 9 ? length - 1 : length, buffer };
      },
      close: async () => {},
    }),
  },
}));
const { openI2cBus, Registers } = await import("../../src/devices/i2c.ts");

describe("a register on the I2C bus", () => {
  test("is read after a stop, or in one transfer where the chip would forget it", async () => {
    const bus = await openI2cBus(1);
    await new Registers(bus, 0x29, 2).u16(0x010f);
    await new Registers(bus, 0x36, 1, "repeatedStart").u16(4);
    expect(calls).toEqual(["write 41 010f", "read 41", "block 54 4"]);
  });

  test("of which only a part comes is an error, not a number", async () => {
    const bus = await openI2cBus(1);
    const registers = new Registers(bus, 0x36, 1, "repeatedStart");
    await expect(registers.u16(9)).rejects.toThrow("the chip gave only a part");
  });
});
