/** How far what was read is from what is written: the characters that must be changed, for each that is written. */
export function characterError(written: string, read: string): number {
  return edits(written, read) / Math.max(1, [...written].length);
}

/** Levenshtein's distance, in characters. */
export function edits(a: string, b: string): number {
  const [from, to] = [[...a], [...b]];
  let row = to.map((_, i) => i + 1);
  for (const [i, character] of from.entries()) {
    const next: number[] = [];
    for (const [j, other] of to.entries()) {
      const replaced = (j === 0 ? i : (row[j - 1] ?? 0)) + (character === other ? 0 : 1);
      const left = j === 0 ? i + 1 : (next[j - 1] ?? 0);
      next.push(Math.min(replaced, left + 1, (row[j] ?? 0) + 1));
    }
    row = next;
  }
  return to.length === 0 ? from.length : (row.at(-1) ?? 0);
}
