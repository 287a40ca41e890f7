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
const { TurnsByKey } = await import("../../src/base/turns-by-key.ts");

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

  test("is read whole: who has opened the same bus, too, does not come between its number and its reading", async () => {
    calls.length = 0;
    const [mine, another] = [await openI2cBus(1), await openI2cBus(1)];
    await Promise.all([
      new Registers(mine, 0x10, 1).read(0x00, 8),
      new Registers(another, 0x10, 1).read(0xc0, 2),
      new Registers(another, 0x10, 1).write(0x26, 100),
      new Registers(mine, 0x10, 1, "repeatedStart").u16(4),
    ]);
    expect(calls).toEqual([
      "write 16 00",
      "read 16",
      "write 16 c0",
      "read 16",
      "write 16 2664",
      "block 16 4",
    ]);
  });

  test("that fails, or takes long, keeps nobody else waiting", async () => {
    const turns = new TurnsByKey<number>();
    let end = () => {};
    const stretched = new Promise<void>((resolve) => {
      end = resolve;
    });
    const failed = turns.take(0x10, async () => {
      await stretched;
      throw new Error("no answer");
    });
    const after = turns.take(0x10, async () => "after");
    expect(await turns.take(0x29, async () => "elsewhere")).toBe("elsewhere");
    end();
    await expect(failed).rejects.toThrow("no answer");
    expect(await after).toBe("after");
  });
});
