import { randomBytes, randomInt, timingSafeEqual } from "node:crypto";
import type { Clock, Timer } from "../base/clock.ts";
import { hashOf, type Role } from "./phones.ts";

/** A code is good for so long; being heard again makes it so anew. */
export const codeMs = 5 * 60_000;
/** A phone that asks is waited for so long. */
export const askMs = 60_000;
/** Tries with one code: from one address, and in all. A guesser of six digits has one chance in 50,000. */
const triesEach = 5;
const triesInAll = 20;
/** A code is good for five more minutes at most so often. */
const mostExtensions = 10;
/** Phones that may ask while a code is good: from one address, and in all. */
const asksEach = 3;
const asksInAll = 10;

/** Who wants in, as the phone says. */
export interface Applicant {
  name: string;
  role: Role;
}

/** What the hat does of it. */
export interface PairingEvents {
  /** A phone asks; hat and page name the same word. */
  asked(word: string, role: Role): void;
  /** Pairing is over by itself. */
  over(why: "time" | "tries"): void;
}

/** Why a phone is not let in. */
export type Refusal = "closed" | "wrong" | "tries" | "another";

interface Ask {
  id: string;
  address: string;
  applicant: Applicant;
  word: string;
  allowed: boolean;
}

/**
 * Lets phones in while the wearer has pairing open, in one of two ways: the phone asks, and a double click on the hat
 * allows it; or the phone knows the six digits that the hat has spoken. Each code lets one phone in.
 */
export class Pairing {
  events: PairingEvents = { asked: () => {}, over: () => {} };
  /** Pairing was opened, goes on for longer or is over, or another phone asks. */
  onChange: () => void = () => {};
  readonly #clock: Clock;
  readonly #words: readonly string[];
  #code: string | null = null;
  #until = 0;
  #timer: Timer | null = null;
  #extensions = 0;
  #tries: string[] = [];
  #asks: string[] = [];
  #ask: Ask | null = null;
  #askTimer: Timer | null = null;

  /** @param words of which hat and page name one, in the wearer's language */
  constructor(clock: Clock, words: readonly string[]) {
    this.#clock = clock;
    this.#words = words;
  }

  get open(): boolean {
    return this.#code !== null;
  }

  /** Milliseconds that the code is still good for. */
  get left(): number {
    return this.open ? Math.max(0, this.#until - this.#clock.now()) : 0;
  }

  /** Opens it with a new code of six digits, or keeps it open with the one that there is for five minutes from now. */
  begin(): string {
    if (this.#code === null) {
      this.#code = String(randomInt(1_000_000)).padStart(6, "0");
      this.#tries = [];
      this.#asks = [];
      this.#extensions = 0;
    }
    this.#prolong();
    return this.#code;
  }

  /** Five more minutes for whoever types slowly; null, or why not. */
  extend(): "closed" | "tries" | null {
    if (!this.open) return "closed";
    if (++this.#extensions > mostExtensions) return "tries";
    this.#prolong();
    return null;
  }

  /** The phone that asks now, or null. */
  get asks(): { name: string; role: Role; word: string } | null {
    return this.#ask && { ...this.#ask.applicant, word: this.#ask.word };
  }

  /** Nobody is let in any more. */
  close(): void {
    this.#timer?.cancel();
    this.#code = null;
    this.#drop();
    this.onChange();
  }

  /** A phone asks to be let in. Returns what it asks again with, and the word that both name. */
  ask(address: string, applicant: Applicant): { id: string; word: string } | Refusal {
    if (!this.open) return "closed";
    if (this.#ask !== null && this.#ask.address !== address) return "another";
    const mine = this.#asks.filter((other) => other === address).length;
    if (mine >= asksEach || this.#asks.length >= asksInAll) return "tries";
    this.#asks.push(address);
    const word = this.#words[randomInt(this.#words.length)] ?? "";
    const id = randomBytes(16).toString("base64url");
    this.#drop();
    this.#ask = { id, address, applicant, word, allowed: false };
    this.#askTimer = this.#clock.after(askMs, () => {
      this.#drop();
      this.onChange();
    });
    this.events.asked(word, applicant.role);
    this.onChange();
    return { id, word };
  }

  /** The wearer allows the phone that asks with this word. Returns false when none does. */
  allow(word: string): boolean {
    if (this.#ask?.word !== word) return false;
    this.#ask.allowed = true;
    return true;
  }

  /** Asks again: whom to let in now, that it must wait, or that it is over. Whoever is let in ends pairing. */
  answer(address: string, id: string): Applicant | "wait" | "over" {
    const ask = this.#ask;
    if (ask === null || ask.address !== address || !same(ask.id, id)) return "over";
    if (!ask.allowed) return "wait";
    this.close();
    return ask.applicant;
  }

  /** Tries a code; null lets in, and the code is spent. */
  try(address: string, code: string): Refusal | null {
    if (this.#code === null) return "closed";
    if (this.#tries.filter((other) => other === address).length >= triesEach) return "tries";
    this.#tries.push(address);
    if (same(this.#code, code)) {
      this.close();
      return null;
    }
    if (this.#tries.length >= triesInAll) this.#end("tries");
    return "wrong";
  }

  #prolong(): void {
    this.#until = this.#clock.now() + codeMs;
    this.#timer?.cancel();
    this.#timer = this.#clock.after(codeMs, () => this.#end("time"));
    this.onChange();
  }

  #end(why: "time" | "tries"): void {
    this.close();
    this.events.over(why);
  }

  #drop(): void {
    this.#askTimer?.cancel();
    this.#ask = null;
  }
}

/** Without telling by its time how much is right. */
function same(a: string, b: string): boolean {
  return timingSafeEqual(Buffer.from(hashOf(a)), Buffer.from(hashOf(b)));
}
