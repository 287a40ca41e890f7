import { joined, type Words } from "../attention/wording/names.ts";
import type { SceneFailure, SceneWording } from "../attention/wording/scene.ts";

/** Words without a name in them. */
export function plainWords(text: string): Words {
  return { text, parts: [text] };
}

/**
 * What the hat says by itself: why nobody else could be asked, that this is its own view, and what that is.
 * @param around the hat's own view (`aroundSentences`), which never says "nothing" unless the eyes see well
 */
export function offlineWords(
  around: Words,
  why: SceneFailure | "noServer" | null,
  wording: SceneWording,
): Words {
  const reason =
    why === null ? [] : [plainWords(why === "noServer" ? wording.cannotHear : wording.failed[why])];
  return joined([...reason, plainWords(wording.offline), around]);
}

/** So many words of a text are said; all of it is what reading is for. */
const mostWords = 8;

/** The beginning of the text ahead in a sentence, or null where there is none. It is quoted, and so never filtered. */
export function textWords(paragraphs: readonly string[], wording: SceneWording): Words | null {
  const words = paragraphs.flatMap((paragraph) => paragraph.split(/\s+/u)).filter(Boolean);
  if (words.length === 0) return null;
  const quoted = words.slice(0, mostWords).join(" ").replaceAll('"', "'");
  return plainWords(wording.text(quoted.replace(/[.,;:]+$/u, ""), words.length > mostWords));
}
