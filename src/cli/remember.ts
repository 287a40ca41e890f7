import { loadConfig } from "../base/config.ts";
import { BrimError, messageOf } from "../base/errors.ts";
import type { Memory } from "../memory/memory.ts";
import { cleanName } from "../memory/names.ts";
import { ofOneSubject } from "../memory/one-subject.ts";
import { calibrationOf } from "../memory/thresholds.ts";
import { type Kind, kinds, type View } from "../memory/types.ts";
import type { Flaw } from "../vision/quality.ts";
import { type Command, type Context, parseOptions } from "./command.ts";
import { openMemory } from "./entries.ts";
import { type Look, type Looker, nothingThere, openLooker } from "./looks.ts";

const usage = `usage: brim remember person|thing NAME FILE… [--json]

Learns a person from the largest face of each photo, or a thing from what stands out in each. Somebody or something who
is known by that name gets more views. At least one view must be kept, or nothing is learned.

  --json   one line of JSON a photo: {"file","kept","why"}; why is null where the view was kept`;

/** Looks that are worse than this are not learned from. */
const goodAbove = 0.1;

const flaws: Record<Flaw, string> = {
  dark: "it is too dark",
  backlit: "it is dark against the light behind",
  blurred: "it is blurred",
  far: "it is too small",
  near: "it is too near",
  offCentre: "a part of it is outside of the photo",
  turned: "the head is turned away",
  covered: "it is covered",
  nothing: "it is not clear enough",
};

interface Photo {
  file: string;
  look: Look | null;
  why: string | null;
}

export const command: Command = {
  usage,
  async run(args, context) {
    const { values, positionals } = parseOptions(args, { json: { type: "boolean" } });
    const [kindText, nameText, ...files] = positionals;
    if (kindText === undefined || nameText === undefined || files.length === 0) {
      context.err(usage.split("\n")[0] ?? usage);
      return 2;
    }
    const kind = kinds.find((known) => known === kindText);
    if (kind === undefined) throw new BrimError("INPUT", `remember ${kindText}: expected person or thing`);
    const name = cleanName(nameText);
    const { config, warnings } = loadConfig(undefined, context.env);
    for (const warning of warnings) context.err(`brim: ${warning}`);
    const memory = openMemory(config, context);
    try {
      const looker = await openLooker(kind, config);
      try {
        const photos = await lookAt(files, kind, looker, context);
        keep(memory, kind, name, photos, looker.model);
        for (const photo of photos) tell(photo, values.json === true, context);
        return photos.some(({ why }) => why === null) ? 0 : 1;
      } finally {
        await looker.dispose();
      }
    } finally {
      memory.close();
    }
  },
};

async function lookAt(
  files: readonly string[],
  kind: Kind,
  looker: Looker,
  context: Context,
): Promise<Photo[]> {
  const photos: Photo[] = [];
  for (const file of files) {
    if (context.signal.aborted) throw new BrimError("INPUT", "interrupted: nothing was learned");
    try {
      const looks = await looker.look(file);
      const look = looks.find(({ believable }) => believable);
      if (look === undefined) {
        const why = looks.length > 0 ? "what looks like a face there may be none" : nothingThere[kind];
        photos.push({ file, look: null, why });
      } else if (look.view.quality < goodAbove) photos.push({ file, look: null, why: flaws[look.weakest] });
      else photos.push({ file, look, why: null });
    } catch (error) {
      if (!(error instanceof BrimError)) throw error;
      // The message names the file.
      context.err(`brim: ${messageOf(error)}`);
      photos.push({ file, look: null, why: "" });
    }
  }
  return photos;
}

/** Keeps what the photos show under a name, and notes in each photo why it was not kept. */
function keep(memory: Memory, kind: Kind, name: string, photos: readonly Photo[], model: string): void {
  const entry = memory.named(kind, name);
  const known = entry ? memory.viewsOf(entry.id).filter((view) => view.model === model) : [];
  const fit = photos.filter((photo): photo is Photo & { look: Look } => photo.look !== null);
  const views = fit.map(({ look }) => look.view);
  const accepted = views.length === 0 ? [] : ofOneSubject(views, known, calibrationOf(model)?.another ?? -1);
  fit.forEach((photo, i) => {
    if (!accepted[i])
      photo.why = `it shows somebody or something other than ${known.length > 0 ? "is known as" : "the other photos of"} ${name}`;
  });
  const chosen = views.filter((_, i) => accepted[i]);
  if (chosen.length === 0) return;
  const { id } = (entry ? memory.addViews(entry.id, chosen) : memory.remember({ kind, name, views: chosen }))
    .entry;
  const stored = memory.viewsOf(id);
  for (const photo of fit) {
    photo.why ??= stored.some((view) => isSame(view, photo.look.view)) ? null : "others show more";
  }
}

function isSame(a: View, b: View): boolean {
  return a.embedding.every((value, i) => value === b.embedding[i]);
}

function tell({ file, why }: Photo, json: boolean, context: Context): void {
  // What is wrong with the file itself has been told.
  if (why === "") return;
  if (json) context.out(JSON.stringify({ file, kept: why === null, why }));
  else if (why === null) context.out(`${file}: kept`);
  if (why !== null && !json) context.err(`brim: ${file}: not kept: ${why}`);
}
