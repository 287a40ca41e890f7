/**
 * The live regions, which are in the document when it loads: a screen reader speaks what changes in them. `status` and
 * `battery` wait for its turn, `alarm` does not and is for collision warning alone; `note` answers what was just done.
 */
export type Region = "status" | "battery" | "alarm" | "note";

/** Long enough for a screen reader to notice that a region was emptied. */
const emptyMs = 60;

let later: ReturnType<typeof setTimeout> | undefined;

/** Changes a region only where its text differs, so that each change is spoken once. */
export function show(region: Region, text: string): void {
  const element = document.getElementById(region);
  if (element !== null && element.textContent !== text) element.textContent = text;
}

/** Tells what has become of what was just done; the same again is spoken again. */
export function note(text: string): void {
  clearTimeout(later);
  const same = document.getElementById("note")?.textContent === text;
  show("note", same ? "" : text);
  if (same && text !== "") later = setTimeout(() => show("note", text), emptyMs);
}
