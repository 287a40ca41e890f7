import { createHash, randomBytes } from "node:crypto";
import { readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { wallTime } from "../base/clock.ts";
import { BrimError, messageOf, systemCode } from "../base/errors.ts";
import { writeWhole } from "../base/whole-file.ts";

/** Whoever wears the hat, or helps: a helper may not do all (see `routes.ts`). */
export const roles = ["wearer", "helper"] as const;
export type Role = (typeof roles)[number];

/** A phone that was let in. */
export interface Phone {
  readonly id: string;
  /** As its owner calls it. */
  readonly name: string;
  readonly role: Role;
  /** Wall time in ms since 1970. */
  readonly pairedAt: number;
}

const phoneSchema = z.strictObject({
  id: z.string().regex(/^[\da-f]{16}$/),
  name: z.string().min(1).max(40),
  role: z.enum(roles),
  pairedAt: z.number(),
  /** Of the session's token, which is on the phone alone. */
  hash: z.string().regex(/^[\da-f]{64}$/),
});
type Kept = z.output<typeof phoneSchema>;

const fileName = "phones.json";
const mostPhones = 32;
/** Sessions of the printed link that may be open at once; the oldest goes. */
const mostGuests = 50;

export function hashOf(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}

/**
 * The phones that were let in. Paired ones are kept in the state folder, for its owner alone and as hashes of their
 * tokens; those that came by the printed link of a simulation are forgotten at its end.
 */
export class Phones {
  #kept: Kept[] = [];
  #guests: Kept[] = [];
  #written: Promise<void> = Promise.resolve();

  /** @param folder the state folder */
  constructor(private readonly folder: string) {}

  /**
   * Reads who was paired. A file that cannot be understood is put aside: its phones have to pair again.
   * @returns what was wrong, in one line, or null
   */
  load(): string | null {
    const path = join(this.folder, fileName);
    try {
      this.#kept = z
        .array(phoneSchema)
        .max(mostPhones)
        .parse(JSON.parse(readFileSync(path, "utf8")));
      return null;
    } catch (error) {
      if (systemCode(error) === "ENOENT") return null;
      if (systemCode(error) !== undefined) return `cannot read ${path}: ${messageOf(error)}`;
    }
    try {
      renameSync(path, join(this.folder, `phones.damaged-${wallTime()}.json`));
    } catch {
      // It is written anew with the next phone.
    }
    return `${path} was damaged: phones have to be paired again`;
  }

  /** All that are paired, the one that was paired last first. */
  list(): Phone[] {
    return this.#kept.toReversed().map(publicOf);
  }

  /** Whose session this token opens. */
  of(token: string): Phone | null {
    const hash = hashOf(token);
    const found = [...this.#kept, ...this.#guests].find((phone) => phone.hash === hash);
    return found === undefined ? null : publicOf(found);
  }

  /** Lets a phone in until the program ends. */
  addGuest(name: string): { phone: Phone; token: string } {
    const { kept, token } = made(name, "wearer");
    this.#guests = [...this.#guests, kept].slice(-mostGuests);
    return { phone: publicOf(kept), token };
  }

  /**
   * Lets a phone in for good. Resolves when it is on the disk.
   * @throws BrimError STORAGE when it cannot be written (it is let in all the same, until the program ends); INPUT when
   * there are too many
   */
  async add(name: string, role: Role): Promise<{ phone: Phone; token: string }> {
    if (this.#kept.length >= mostPhones) {
      throw new BrimError("INPUT", `${mostPhones} phones are paired already: take one off the list first`);
    }
    const { kept, token } = made(name, role);
    this.#kept = [...this.#kept, kept];
    await this.#write();
    return { phone: publicOf(kept), token };
  }

  /** Takes a phone off the list; its session is over at once. Returns false when there is none. */
  async remove(id: string): Promise<boolean> {
    const left = this.#kept.filter((phone) => phone.id !== id);
    if (left.length === this.#kept.length) return false;
    this.#kept = left;
    await this.#write();
    return true;
  }

  /** Takes all off the list, also those that came by the link. */
  async removeAll(): Promise<void> {
    this.#kept = [];
    this.#guests = [];
    await this.#write();
  }

  #write(): Promise<void> {
    const write = () =>
      writeWhole(this.folder, fileName, `${JSON.stringify(this.#kept, null, 2)}\n`, "the paired phones");
    const written = this.#written.catch(() => {}).then(write);
    this.#written = written;
    return written;
  }
}

function made(name: string, role: Role): { kept: Kept; token: string } {
  const token = randomBytes(32).toString("base64url");
  const id = randomBytes(8).toString("hex");
  return { kept: { id, name, role, pairedAt: wallTime(), hash: hashOf(token) }, token };
}

function publicOf({ id, name, role, pairedAt }: Kept): Phone {
  return { id, name, role, pairedAt };
}
