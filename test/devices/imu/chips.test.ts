import { describe, expect, test } from "vitest";
import { SimulatedClock } from "../../../src/base/clock.ts";
import { imuSchema } from "../../../src/base/device-config.ts";
import type { I2cBus } from "../../../src/devices/i2c.ts";
import { Bno085 } from "../../../src/devices/imu/bno085.ts";
import { ChipImu, type ImuChip } from "../../../src/devices/imu/chip.ts";
import { Lsm6dso } from "../../../src/devices/imu/lsm6dso.ts";
import { PlayedBus } from "../../bed/chips/bus.ts";
import { PlayedLsm6dso } from "../../bed/chips/lsm6dso.ts";

function gyro(chip: ImuChip, bus: (now: () => number) => I2cBus) {
  const clock = new SimulatedClock();
  const problems: string[] = [];
  const yaws: number[] = [];
  const opened = bus(() => clock.now());
  const imu = new ChipImu(chip, {
    config: imuSchema.parse({ driver: "x" }),
    clock,
    openBus: async () => opened,
    onProblem: (why) => problems.push(why),
  });
  imu.onYaw = (yaw) => yaws.push(yaw);
  return { clock, imu, problems, yaws };
}

/** Runs `start`, which may sleep, on the simulated clock. */
async function started(clock: SimulatedClock, start: Promise<void>): Promise<void> {
  let done = false;
  const end = start.finally(() => {
    done = true;
  });
  end.catch(() => {});
  for (let i = 0; i < 200 && !done; i++) await clock.advanceSettling(10, 5);
  await end;
}

describe("a gyro of the kind LSM6DSO", () => {
  test("tells how fast the head turns, fifty times a second", async () => {
    const chip = new PlayedLsm6dso();
    const { clock, imu, yaws, problems } = gyro(new Lsm6dso(), (now) => new PlayedBus([chip], now));
    await started(clock, imu.start());
    chip.turning = 90;
    await clock.advanceSettling(1_000, 5);
    expect(yaws.length).toBeGreaterThan(45);
    expect(yaws.at(-1)).toBeCloseTo(90, 0);
    chip.turning = -200;
    await clock.advanceSettling(100, 5);
    expect(yaws.at(-1)).toBeCloseTo(-200, 0);
    expect(problems).toEqual([]);
    const stopped = imu.stop();
    await clock.advanceSettling(50, 5);
    await stopped;
  });

  test("goes on after transfers that fail", async () => {
    const chip = new PlayedLsm6dso();
    let bus: PlayedBus | undefined;
    const { clock, imu, yaws, problems } = gyro(new Lsm6dso(), (now) => {
      bus = new PlayedBus([chip], now);
      return bus;
    });
    await started(clock, imu.start());
    if (bus) bus.nacks = 2;
    await clock.advanceSettling(500, 5);
    expect(yaws.length).toBeGreaterThan(20);
    expect(problems).toEqual([]);
  });

  test("that is unplugged is told of once, gives no number meanwhile, and works again when it is back", async () => {
    const chip = new PlayedLsm6dso();
    const { clock, imu, yaws, problems } = gyro(new Lsm6dso(), (now) => new PlayedBus([chip], now));
    await started(clock, imu.start());
    await clock.advanceSettling(200, 5);
    chip.power(false);
    await clock.advanceSettling(500, 5);
    const before = yaws.length;
    await clock.advanceSettling(10_000, 5);
    expect(yaws.length).toBe(before);
    expect(problems).toEqual([
      "LSM6DSO at 0x6a: it does not answer; head turns go unnoticed until it is back",
    ]);
    chip.power(true);
    chip.turning = 45;
    await clock.advanceSettling(2_000, 5);
    expect(yaws.at(-1)).toBeCloseTo(45, 0);
  });

  test("that answers but measures nothing new is told of", async () => {
    const chip = new PlayedLsm6dso();
    const { clock, imu, problems } = gyro(new Lsm6dso(), (now) => new PlayedBus([chip], now));
    await started(clock, imu.start());
    chip.stuck = true;
    await clock.advanceSettling(1_000, 5);
    expect(problems[0]).toContain("it measures nothing new");
  });

  test("that is not there, or is another chip, is said in one line with what to do", async () => {
    const absent = gyro(new Lsm6dso(), (now) => new PlayedBus([], now));
    await expect(started(absent.clock, absent.imu.start())).rejects.toThrow(
      "LSM6DSO at 0x6a of I2C bus 1: nothing answers: check its power and wires, or set imu.address (it may also be 0x6b)",
    );
    const other = new PlayedLsm6dso();
    other.id = 0x12;
    other.powerOn();
    const wrong = gyro(new Lsm6dso(), (now) => new PlayedBus([other], now));
    await expect(started(wrong.clock, wrong.imu.start())).rejects.toThrow("is no LSM6DSO");
  });
});

/** A BNO085 as far as its packets go: answers a question for its name, then reports what was asked for. */
class PlayedBno implements I2cBus {
  #answers: Buffer[] = [];
  #enabled = new Set<number>();
  /** °/s about its z axis, which points up. */
  turning = 0;
  mute = false;

  async close(): Promise<void> {}

  async write(_address: number, bytes: Buffer): Promise<void> {
    if (this.mute) return;
    if (bytes[2] === 1) {
      this.#enabled.clear();
      // What it can do, in a packet longer than what is read at once.
      const long = Buffer.alloc(276);
      long.writeUInt16LE(276, 0);
      this.#answers = [long];
    }
    if (bytes[4] === 0xf9) this.#answers.push(Buffer.from([8, 0, 2, 0, 0xf8, 0, 0, 0]));
    if (bytes[4] === 0xfd) this.#enabled.add(bytes[5] ?? 0);
  }

  async read(_address: number, _register: Buffer, length: number): Promise<Buffer> {
    const bytes = Buffer.alloc(length);
    (this.#answers.shift() ?? this.#reports()).copy(bytes);
    return bytes;
  }

  #reports(): Buffer {
    if (this.#enabled.size < 2) return Buffer.alloc(4);
    const packet = Buffer.alloc(29);
    packet.writeUInt16LE(29, 0);
    packet[2] = 3;
    packet[4] = 0xfb;
    packet[9] = 0x02;
    packet.writeInt16LE(Math.round(((this.turning * Math.PI) / 180) * 512), 17);
    packet[19] = 0x06;
    packet.writeInt16LE(Math.round(9.80665 * 256), 27);
    return packet;
  }
}

describe("a gyro of the kind BNO085", () => {
  test("is reset, says its name, and tells how fast the head turns", async () => {
    const bus = new PlayedBno();
    const { clock, imu, yaws, problems } = gyro(new Bno085(), () => bus);
    await started(clock, imu.start());
    bus.turning = 60;
    await clock.advanceSettling(500, 5);
    expect(yaws.at(-1)).toBeCloseTo(60, 0);
    expect(problems).toEqual([]);
  });

  test("that does not say its name is no BNO085", async () => {
    const bus = new PlayedBno();
    bus.mute = true;
    const { clock, imu } = gyro(new Bno085(), () => bus);
    await expect(started(clock, imu.start())).rejects.toThrow("is no BNO085: set imu.driver or imu.address");
  });
});
