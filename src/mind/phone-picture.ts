import type { SeenThing } from "../attention/attention.ts";
import { angleOf, hourOf } from "../attention/geometry.ts";
import type { Wording } from "../attention/wording/wording.ts";
import { BrimError } from "../base/errors.ts";
import { type Seeing, vectorOf } from "../base/eyes-protocol.ts";
import type { PictureMode } from "../base/settings.ts";
import type { PictureThing } from "../companion/api.ts";
import type { PicturePorts, Prompt } from "../companion/ports.ts";
import { Refusal } from "../companion/serve.ts";
import type { EyesLink } from "../links/eyes-link.ts";
import { sameName } from "../memory/names.ts";
import type { Change } from "../memory/types.ts";
import type { Consent } from "../menu/consent.ts";
import type { MemoryKeeper } from "./memory-keeper.ts";
import { shownEntry } from "./phone-memory.ts";

export interface PhonePictureOptions {
  eyes: Pick<EyesLink, "pictureToTap" | "cutOut" | "look">;
  memory: MemoryKeeper;
  wording: Wording;
  /** Horizontal field of view of the camera in degrees. */
  fieldOfView: number;
  mode(): PictureMode;
  /** Asks the wearer; null while something else is being asked. */
  consent(phone: string): Promise<Consent> | null;
  /** A picture goes out: tells the wearer. */
  announce(phone: string): void;
  seen(): { seeing: Seeing | "off"; width: number; height: number; things: SeenThing[] };
  /** Whom or what a track shows. */
  knownAs(track: number): { id: string; sure: boolean } | null;
  /** Something was learned on a phone. */
  onLearned(change: Change): void;
  say(text: string): void;
}

/** Longest side of a picture that goes to a phone, in pixels. */
const side = 1280;

/** The picture as phones get it, and what is learned from it. */
export function phonePicture(options: PhonePictureOptions): PicturePorts {
  const { eyes, memory, wording } = options;
  return {
    async take({ name }) {
      const mode = options.mode();
      if (mode === "never") throw new Refusal("never", "no picture leaves this hat: see the setting picture");
      if (mode === "ask") {
        const asked = options.consent(name);
        if (asked === null) throw new Refusal("tooMany", "the wearer is being asked something: try again");
        if ((await asked) !== "allowed") throw new Refusal("refused", "the wearer has not allowed it");
      }
      const picture = await eyes.pictureToTap(side);
      if (picture === null) throw new Refusal("unavailable", "there is no picture now");
      options.announce(name);
      const { seeing, width, height, things } = options.seen();
      return {
        ...{ jpeg: picture.jpeg, seeing, width, height },
        things: things.map((thing) => shownThing(thing, width, height, options)),
      };
    },
    async segment(prompt) {
      const found = await eyes.cutOut(promptOf(prompt));
      if (found === null) throw new Refusal("unfit", "there is nothing there");
      const { score, box, outline } = found;
      return { score, box, outline };
    },
    async enrol({ kind, name, to, another, ...prompt }) {
      const look = await eyes.look(kind === "person" ? "face" : "thing", promptOf(prompt));
      if (look === null) throw new Refusal("unavailable", "the eyes do not answer");
      if (look.flaw === "gone") throw new Refusal("gone", "this picture is too old: ask for another one");
      if (look.view === null) {
        throw new Refusal("unfit", "nothing fit to be learned", { verdict: look.flaw ?? "nothing" });
      }
      const view = { ...look.view, embedding: vectorOf(look.view) };
      const known = another ? null : memory.recognise(kind, [view]);
      if (to === undefined && known !== null && !(known.name !== null && sameName(known.name, name))) {
        throw new Refusal("known", "this is remembered already", {
          known: { id: known.id, name: wording.name(known) },
        });
      }
      const into = to ?? known?.id;
      const change = kept(() =>
        into === undefined ? memory.remember({ kind, views: [view], name }) : memory.addViews(into, [view]),
      );
      options.onLearned(change);
      const entry = shownEntry(change.entry, wording);
      options.say(wording.phone.learned(entry.title));
      return { entry, how: change.created ? ("new" as const) : ("views" as const) };
    },
  };
}

function promptOf({ clicks, not, box }: Prompt) {
  return { clicks: [...clicks], not: [...not], ...(box && { box }) };
}

function shownThing(
  { id, label, text, box: [x, y, w, h] }: SeenThing,
  width: number,
  height: number,
  { fieldOfView, knownAs, memory }: PhonePictureOptions,
): PictureThing {
  const share = (value: number, of: number) => Math.min(1, Math.max(0, of > 0 ? value / of : 0));
  const who = knownAs(id);
  const named = who === null ? null : memory.nameOf(who.id);
  return {
    label,
    text,
    box: [share(x, width), share(y, height), share(w, width), share(h, height)],
    hour: hourOf(angleOf(x + w / 2, width, fieldOfView)),
    known: who && named && { id: who.id, name: named.name.text, sure: who.sure },
  };
}

/** What another entry's name stands in the way of, or who has been forgotten meanwhile. */
function kept(change: () => Change): Change {
  try {
    return change();
  } catch (error) {
    if (!(error instanceof BrimError && error.code === "INPUT")) throw error;
    throw new Refusal(/forgotten/.test(error.message) ? "gone" : "conflict", error.message);
  }
}
