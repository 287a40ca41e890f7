import { withNames } from "../attention/wording/names.ts";
import type { Wording } from "../attention/wording/wording.ts";
import type { Clock, Timer } from "../base/clock.ts";
import type { Gesture } from "../base/protocol.ts";
import type { ButtonMode, Hushed, Remembered } from "../menu/ports.ts";
import type { Utterance } from "../voice/utterance.ts";
import type { FindPorts, Sighting } from "./ports.ts";
import { tickMs } from "./rate.ts";

export interface FindOptions {
  clock: Clock;
  wording: Wording;
  ports: FindPorts;
}

/** Finding ends after so long. */
const limitMs = 60_000;
/** A thing that was not recognised for so long is out of view; slow eyes see it about once a second. */
const viewMs = 1_500;
/** A thing that was out of view for so long has its direction said again. */
const lostMs = 3_000;
/** A sign that it is still looked for. */
const lookingMs = 2_000;
/** Found is what is within so many metres and degrees of straight ahead, for so long. */
const reach = 0.8;
const centre = 8;
const heldMs = 1_200;
/** Eyes that see badly for so long are told of. */
const blindMs = 2_000;
const ttl = 10_000;

type Words = Pick<Utterance, "text" | "parts">;

/** The eyes and the collision level are looked at again at least this often. */
const lookAgainMs = 250;

interface Search {
  thing: Remembered;
  since: number;
  last: Sighting | null;
  /** The direction was said since the thing came into view. */
  told: boolean;
  /** Since when it is straight ahead within reach. */
  heldSince: number | null;
  tickedAt: number;
  /** Since when the eyes see badly, and whether that was said. */
  blindSince: number | null;
  blindTold: boolean;
}

/**
 * Finds a thing by ear: ticks that come the faster the nearer it is to straight ahead, from 1 to 8 a second; another,
 * lower tick every 2 s while it is not in view, so that silence never means both "not there" and "not looking". Says the
 * direction when the thing comes into view, and ends when it is held ahead within reach, by a press, or after 60 s.
 *
 * The mind tells of each sighting. Ticks are silent while a collision is near, and while the eyes see nothing, which is
 * said.
 */
export class Find implements ButtonMode {
  readonly #options: FindOptions;
  #search: Search | null = null;
  #timer: Timer | null = null;

  constructor(options: FindOptions) {
    this.#options = options;
  }

  get busy(): boolean {
    return this.#search !== null;
  }

  /** The id of what is looked for, or null. */
  get sought(): string | null {
    return this.#search?.thing.id ?? null;
  }

  begin(thing: Remembered): void {
    const { clock, wording, ports } = this.#options;
    this.stop();
    if (ports.seeing === "off") {
      this.#say({ text: wording.find.notSeeing("off") });
      return;
    }
    const now = clock.now();
    this.#search = {
      thing,
      since: now,
      last: null,
      told: false,
      heldSince: null,
      tickedAt: now,
      blindSince: null,
      blindTold: false,
    };
    ports.attend(true);
    this.#say(withNames([thing.name], ([name = ""]) => wording.find.begin(name)));
    this.#plan();
  }

  /** Something was recognised; of what is not looked for, nothing is taken. */
  seen(id: string, sighting: Sighting): void {
    const search = this.#search;
    if (search === null || id !== search.thing.id) return;
    const { last } = search;
    const gap = last === null ? lostMs : sighting.at - last.at;
    // Older than what is known: frames may overtake each other.
    if (gap < 0) return;
    if (gap >= lostMs) search.told = false;
    if (gap > viewMs || !withinReach(sighting)) search.heldSince = null;
    if (withinReach(sighting)) search.heldSince ??= sighting.at;
    search.last = sighting;
    if (search.heldSince !== null && sighting.at - search.heldSince >= heldMs) {
      const { name } = search.thing;
      this.#end(withNames([name], ([words = ""]) => this.#options.wording.find.found(words, sighting.hour)));
      return;
    }
    if (!search.told) this.#tell(search, sighting);
    this.#plan();
  }

  press(hushed: Hushed): void {
    if (this.#search === null || hushed !== "nothing") return;
    this.#end({ text: this.#options.wording.find.stopped });
  }

  shortPress(): void {}

  /** A click has hushed, or ended the search, by its press. Any other gesture ends it, too, and does its work. */
  gesture(gesture: Gesture): boolean {
    if (gesture === "click") return true;
    this.stop();
    return false;
  }

  stop(): void {
    this.#timer?.cancel();
    if (this.#search === null) return;
    this.#search = null;
    this.#options.ports.attend(false);
  }

  #end(words: Words): void {
    this.stop();
    this.#say(words);
  }

  #tell(search: Search, { hour }: Sighting): void {
    const { wording } = this.#options;
    search.told = true;
    this.#say(
      withNames([search.thing.name], ([name = ""]) => wording.find.seen(name, hour)),
      {
        // A head that turns makes it untrue; then the new direction is said.
        stillTrue: (now) => this.#search === search && inView(search, now) && search.last?.hour === hour,
        onEnd: (how) => {
          if (how === "stale" || how === "dropped") search.told = false;
        },
      },
    );
  }

  /** Waits until the next thing is to be done. */
  #plan(): void {
    const search = this.#search;
    if (search === null) return;
    const { clock } = this.#options;
    const now = clock.now();
    const next = Math.min(dueTick(search, now), search.since + limitMs, now + lookAgainMs);
    this.#timer?.cancel();
    this.#timer = clock.after(Math.max(0, next - now), () => this.#step(search));
  }

  #step(search: Search): void {
    const { clock, ports } = this.#options;
    const now = clock.now();
    if (now >= search.since + limitMs) {
      this.#end(this.#overWords(search));
      return;
    }
    this.#watchEyes(search, now);
    if (now >= dueTick(search, now)) {
      search.tickedAt = now;
      if (!ports.urgent && !search.blindTold) ports.tick(inView(search, now) ? "seen" : "looking");
    }
    this.#plan();
  }

  /** Without eyes nothing is looked for, and no tick may say that it is. */
  #watchEyes(search: Search, now: number): void {
    const { wording, ports } = this.#options;
    const { seeing } = ports;
    if (seeing === "good" || inView(search, now)) {
      search.blindSince = null;
      search.blindTold = false;
      return;
    }
    search.blindSince ??= now;
    if (search.blindTold || now - search.blindSince < blindMs) return;
    search.blindTold = true;
    this.#say({ text: wording.find.notSeeing(seeing) });
  }

  #overWords({ thing, last }: Search): Words {
    const { find } = this.#options.wording;
    return withNames([thing.name], ([name = ""]) =>
      last === null ? find.over(name) : find.overSeen(name, last.hour),
    );
  }

  #say(words: Words, more: Pick<Utterance, "stillTrue" | "onEnd"> = {}): void {
    this.#options.ports.say({ ...words, ...more, priority: "answer", action: "enqueue", ttl, key: "find" });
  }
}

function inView({ last }: Search, now: number): boolean {
  return last !== null && now - last.at <= viewMs;
}

function withinReach({ angle, metres }: Sighting): boolean {
  return metres !== null && metres <= reach && Math.abs(angle) <= centre;
}

function dueTick(search: Search, now: number): number {
  const { last, tickedAt } = search;
  return tickedAt + (last !== null && inView(search, now) ? tickMs(last.angle) : lookingMs);
}
