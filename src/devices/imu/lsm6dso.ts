import { BrimError } from "../../base/errors.ts";
import { hex, type I2cBus, Registers } from "../i2c.ts";
import type { ImuChip, Motion } from "./chip.ts";
import type { Vector } from "./vertical-turn.ts";

/** Registers and scales: ST, LSM6DSO data sheet (DS12140). */
const whoAmI = 0x0f;
/** LSM6DSO and LSM6DSOX, and the older LSM6DSL and LSM6DS3TR-C, which are the same in what is used here. */
const family = [0x6c, 0x6a];
const status = 0x1e;
const settings = [
  [0x12, 0b0100_0100], // both bytes of a number change together; reading goes on to the next register
  [0x10, 0b0100_0000], // acceleration: 104 Hz, ±2 g
  [0x11, 0b0100_0100], // rate of turn: 104 Hz, ±500°/s, faster than heads turn
] as const;
const degreesPerBit = 0.0175;
const gPerBit = 0.000061;
const newRate = 0b10;
/** From `status` on: status, a reserved byte, temperature, three axes of turn, three of acceleration. */
const sampleBytes = 16;
const rateAt = 4;
const accelerationAt = 10;

/** A gyro and accelerometer by ST. */
export class Lsm6dso implements ImuChip {
  readonly chip = "LSM6DSO";
  readonly addresses = [0x6a, 0x6b];

  async begin(bus: I2cBus, address: number): Promise<void> {
    const registers = new Registers(bus, address, 1);
    const id = await registers.u8(whoAmI);
    if (!family.includes(id)) {
      throw new BrimError(
        "DEVICE",
        `what answers at ${hex(address)} is no LSM6DSO (it calls itself ${hex(id)}): set imu.driver or imu.address`,
      );
    }
    await registers.writeAll(settings);
  }

  async read(bus: I2cBus, address: number): Promise<Motion | null> {
    const sample = await new Registers(bus, address, 1).read(status, sampleBytes);
    if ((sample.readUInt8(0) & newRate) === 0) return null;
    const axes = (offset: number, scale: number): Vector => [
      sample.readInt16LE(offset) * scale,
      sample.readInt16LE(offset + 2) * scale,
      sample.readInt16LE(offset + 4) * scale,
    ];
    return { rate: axes(rateAt, degreesPerBit), acceleration: axes(accelerationAt, gPerBit) };
  }
}
