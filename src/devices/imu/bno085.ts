import { BrimError } from "../../base/errors.ts";
import { hex, type I2cBus } from "../i2c.ts";
import type { ImuChip, Motion } from "./chip.ts";
import { readBytes, readPacket, ShtpWriter } from "./shtp.ts";
import type { Vector } from "./vertical-turn.ts";

const intervalMs = 20;
/** After a reset it starts for so long, and then tells what it can do, which nobody needs. */
const resetMs = 300;
const answerMs = 10;
const mostAnswers = 30;
const noRegister = Buffer.alloc(0);

/**
 * CEVA's BNO085, which weighs gyro and accelerometer itself. It stretches the clock, with which a Pi's own bus is at odds:
 * run the bus at 400 kHz, or make one of two other pins (overlay i2c-gpio).
 */
export class Bno085 implements ImuChip {
  readonly chip = "BNO085";
  readonly addresses = [0x4a, 0x4b];
  #gravity: Vector | null = null;

  async begin(bus: I2cBus, address: number, sleep: (ms: number) => Promise<void>): Promise<void> {
    const writer = new ShtpWriter();
    this.#gravity = null;
    await bus.write(address, writer.reset());
    await sleep(resetMs);
    await bus.write(address, writer.askProduct());
    let known = false;
    for (let i = 0; i < mostAnswers && !known; i++) {
      await sleep(answerMs);
      known = readPacket(await bus.read(address, noRegister, readBytes)).product;
    }
    if (!known) {
      throw new BrimError(
        "DEVICE",
        `what answers at ${hex(address)} is no BNO085: set imu.driver or imu.address`,
      );
    }
    await bus.write(address, writer.enable("gyroscope", intervalMs));
    await bus.write(address, writer.enable("gravity", intervalMs));
  }

  async read(bus: I2cBus, address: number): Promise<Motion | null> {
    const { rate, gravity } = readPacket(await bus.read(address, noRegister, readBytes));
    this.#gravity = gravity ?? this.#gravity;
    return rate === null || this.#gravity === null ? null : { rate, acceleration: this.#gravity };
  }
}
