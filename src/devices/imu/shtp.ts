import type { Vector } from "./vertical-turn.ts";

/**
 * The Sensor Hub Transport Protocol, as far as a BNO085 needs it: CEVA's "SH-2 Reference Manual" (1000-3625) and "SHTP"
 * (1000-3535). A packet is four bytes (length with itself, channel, sequence number) and a payload.
 */

const headerBytes = 4;
const channels = { executable: 1, control: 2, reports: 3 } as const;
/** Of the length: this is the rest of a packet that was not read to its end. */
const continuation = 0x8000;

const reports = { gyroscope: 0x02, gravity: 0x06 } as const;
const messages = { productAnswer: 0xf8, productQuestion: 0xf9, baseTime: 0xfb, setFeature: 0xfd } as const;
const baseTimeBytes = 5;
const reportBytes = 10;
const gyroscopeQ = 9;
const gravityQ = 8;
const degrees = 180 / Math.PI;
/** Standard gravity, m/s². */
const g = 9.80665;

/** What a packet told. */
export interface ShtpNews {
  /** The chip has said what it is. */
  product: boolean;
  /** Rates of turn in °/s, and gravity in g (at rest it points up); null where the packet has none. */
  rate: Vector | null;
  gravity: Vector | null;
}

/** Bytes of a packet that `read` must give at once: time base and both reports. */
export const readBytes = headerBytes + baseTimeBytes + 2 * reportBytes;

/** Reads what the chip sends; a packet that is not understood, or is cut off, tells nothing. */
export function readPacket(bytes: Buffer): ShtpNews {
  const news: ShtpNews = { product: false, rate: null, gravity: null };
  if (bytes.length < headerBytes) return news;
  const length = bytes.readUInt16LE(0);
  // All ones: nothing answers. The rest of a long packet holds nothing of ours.
  if (length === 0xffff || length & continuation || length <= headerBytes) return news;
  const payload = bytes.subarray(headerBytes, Math.min(length, bytes.length));
  if (bytes[2] === channels.control) news.product = payload[0] === messages.productAnswer;
  if (bytes[2] !== channels.reports || payload[0] !== messages.baseTime) return news;
  for (let at = baseTimeBytes; at + reportBytes <= payload.length; at += reportBytes) {
    const axes = (q: number, unit: number): Vector => [
      (payload.readInt16LE(at + 4) / 2 ** q) * unit,
      (payload.readInt16LE(at + 6) / 2 ** q) * unit,
      (payload.readInt16LE(at + 8) / 2 ** q) * unit,
    ];
    if (payload[at] === reports.gyroscope) news.rate = axes(gyroscopeQ, degrees);
    else if (payload[at] === reports.gravity) news.gravity = axes(gravityQ, 1 / g);
    else break;
  }
  return news;
}

/** Makes the packets that the chip is told; they are numbered for each channel. */
export class ShtpWriter {
  readonly #sequence = new Map<number, number>();

  reset(): Buffer {
    return this.#packet(channels.executable, Buffer.from([1]));
  }

  askProduct(): Buffer {
    return this.#packet(channels.control, Buffer.from([messages.productQuestion, 0]));
  }

  /** Asks for the gyroscope (calibrated) or gravity every `intervalMs`. */
  enable(report: keyof typeof reports, intervalMs: number): Buffer {
    const payload = Buffer.alloc(17);
    payload[0] = messages.setFeature;
    payload[1] = reports[report];
    payload.writeUInt32LE(intervalMs * 1000, 5);
    return this.#packet(channels.control, payload);
  }

  #packet(channel: number, payload: Buffer): Buffer {
    const sequence = this.#sequence.get(channel) ?? 0;
    this.#sequence.set(channel, (sequence + 1) & 0xff);
    const header = Buffer.alloc(headerBytes);
    header.writeUInt16LE(headerBytes + payload.length, 0);
    header[2] = channel;
    header[3] = sequence;
    return Buffer.concat([header, payload]);
  }
}
