import { BrimError, messageOf, systemCode } from "../base/errors.ts";
import { TurnsByKey } from "../base/turns-by-key.ts";

/**
 * An I2C bus, as much of it as drivers need. Nothing of it blocks; a chip may stretch the clock for a while. Nobody else in this process
 * comes between a register's number and its reading.
 */
export interface I2cBus {
  /** Writes bytes, of which the first one or two are a register. */
  write(address: number, bytes: Buffer): Promise<void>;
  /** Writes a register's one or two bytes (or none), then reads `length` bytes from there on. */
  read(address: number, register: Buffer, length: number, between?: Between): Promise<Buffer>;
  close(): Promise<void>;
}

/**
 * What separates a register's number from its reading: a stop, with which every chip of ST and Benewake is content, or a
 * repeated start, without which others forget the number; then it has one byte, and at most 32 are read.
 */
export type Between = "stop" | "repeatedStart";

/** Single transfers, each of which the kernel does as a whole; between two of them others may have theirs. */
export interface I2cTransfers {
  send(address: number, bytes: Buffer): Promise<void>;
  receive(address: number, length: number): Promise<Buffer>;
  /** A register's number, a repeated start, and the reading. */
  exchange(address: number, register: number, length: number): Promise<Buffer>;
  close(): Promise<void>;
}

/**
 * A bus of single transfers. A chip has one pointer to its registers, for all who ask it: so whoever has the turn of an
 * address has it for all transfers of a reading. Other addresses do not wait.
 * @param turns those of all who have opened this bus
 */
export function inTurns(transfers: I2cTransfers, turns: TurnsByKey<number>): I2cBus {
  return {
    write: (address, bytes) => turns.take(address, () => transfers.send(address, bytes)),
    read: (address, register, length, between = "stop") =>
      turns.take(address, async () => {
        if (between === "repeatedStart") {
          return transfers.exchange(address, register.readUInt8(0), length);
        }
        if (register.length > 0) await transfers.send(address, register);
        return transfers.receive(address, length);
      }),
    close: () => transfers.close(),
  };
}

/** Each sensor opens its bus for itself: their turns are this process's, by the number of the bus. */
const turnsOfBus = new Map<number, TurnsByKey<number>>();

export type OpenI2cBus = (bus: number) => Promise<I2cBus>;

/**
 * Opens /dev/i2c-BUS.
 * @throws BrimError DEVICE when there is no such bus, no permission for it, or the package i2c-bus is not installed
 */
export const openI2cBus: OpenI2cBus = async (bus) => {
  const { access, constants } = await import("node:fs/promises");
  const file = `/dev/i2c-${bus}`;
  try {
    await access(file, constants.R_OK | constants.W_OK);
  } catch (error) {
    const why =
      systemCode(error) === "ENOENT"
        ? `there is no ${file}: switch I2C on (sudo raspi-config nonint do_i2c 0) and restart, or set the sensor's bus`
        : `no permission for ${file}: add the user to the group i2c (sudo usermod -aG i2c USER), or run as root`;
    throw new BrimError("DEVICE", why, { cause: error });
  }
  const opened = await (await load()).openPromisified(bus);
  const transfers: I2cTransfers = {
    async send(address, bytes) {
      const { bytesWritten } = await opened.i2cWrite(address, bytes.length, bytes);
      if (bytesWritten !== bytes.length) throw new BrimError("DEVICE", "the chip took only a part");
    },
    async receive(address, length) {
      return whole(await opened.i2cRead(address, length, Buffer.alloc(length)), length);
    },
    async exchange(address, register, length) {
      return whole(await opened.readI2cBlock(address, register, length, Buffer.alloc(length)), length);
    },
    close: () => opened.close(),
  };
  const turns = turnsOfBus.get(bus) ?? new TurnsByKey<number>();
  turnsOfBus.set(bus, turns);
  return inTurns(transfers, turns);
};

function whole({ bytesRead, buffer }: { bytesRead: number; buffer: Buffer }, length: number): Buffer {
  if (bytesRead !== length) throw new BrimError("DEVICE", "the chip gave only a part");
  return buffer;
}

async function load() {
  try {
    const { openPromisified } = (await import("i2c-bus")).default;
    return { openPromisified };
  } catch (error) {
    throw new BrimError("DEVICE", `the package i2c-bus cannot be loaded (npm install): ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/** EIO, ENXIO, EBUSY, ETIMEDOUT and EREMOTEIO, for which Node has no name. */
const errnos = { io: 5, noDevice: 6, busy: 16, timedOut: 110, remoteIo: 121 };

function errnoOf(thrown: unknown): number | null {
  if (typeof thrown !== "object" || thrown === null || !("errno" in thrown)) return null;
  return typeof thrown.errno === "number" ? Math.abs(thrown.errno) : null;
}

/** Whether nobody has answered at the address (a NACK): ENXIO or EREMOTEIO, by the bus; EIO or ETIMEDOUT on some. */
export function isNoAnswer(thrown: unknown): boolean {
  const errno = errnoOf(thrown);
  const { io, noDevice, remoteIo, timedOut } = errnos;
  return errno !== null && [io, noDevice, remoteIo, timedOut].includes(errno);
}

/** Whether a driver of the kernel holds the address. */
export function isHeldByKernel(thrown: unknown): boolean {
  return errnoOf(thrown) === errnos.busy;
}

/** An address as people write it. */
export function hex(address: number): string {
  return `0x${address.toString(16).padStart(2, "0")}`;
}

/** The registers of one chip; numbers of more than one byte have the high byte first. */
export class Registers {
  /** @param width bytes of a register's own number */
  constructor(
    private readonly bus: I2cBus,
    readonly address: number,
    private readonly width: 1 | 2,
    private readonly between: Between = "stop",
  ) {}

  read(register: number, length: number): Promise<Buffer> {
    return this.bus.read(this.address, this.#number(register), length, this.between);
  }

  async u8(register: number): Promise<number> {
    return (await this.read(register, 1)).readUInt8(0);
  }

  async u16(register: number): Promise<number> {
    return (await this.read(register, 2)).readUInt16BE(0);
  }

  write(register: number, ...bytes: number[]): Promise<void> {
    return this.bus.write(this.address, Buffer.concat([this.#number(register), Buffer.from(bytes)]));
  }

  write16(register: number, value: number): Promise<void> {
    return this.write(register, value >> 8, value & 0xff);
  }

  write32(register: number, value: number): Promise<void> {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return this.write(register, ...bytes);
  }

  /** Writes a table of registers in its order. */
  async writeAll(table: readonly (readonly [register: number, ...bytes: number[]])[]): Promise<void> {
    for (const [register, ...bytes] of table) await this.write(register, ...bytes);
  }

  #number(register: number): Buffer {
    return Buffer.from(this.width === 2 ? [register >> 8, register & 0xff] : [register]);
  }
}
