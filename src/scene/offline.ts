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
