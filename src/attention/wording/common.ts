/**
 * Whether a sensor's name, as the configuration has it, can be said.
 * @param promises words that the wearer could take for leave to walk
 */
export function isPlainName(name: string, promises: RegExp): boolean {
  return /^\p{L}{2,20}$/iu.test(name) && !promises.test(name);
}

/** A phone's name as it is said, or what is said instead; its owner chose it. */
export function phoneName(name: string, promises: RegExp, otherwise: string): string {
  return /^[\p{L}\p{N} '’-]{1,40}$/u.test(name) && !promises.test(name) ? name.trim() : otherwise;
}

/** First letter in capitals, and a full stop. */
export function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** Metres in halves up to three, whole from there on. */
export function roundedMetres(value: number): { whole: number; half: boolean } {
  const halves = value < 3 ? Math.max(1, Math.round(value * 2)) : Math.round(value) * 2;
  return { whole: Math.floor(halves / 2), half: halves % 2 === 1 };
}

/** Minutes as they are said: whole hours from an hour and a half on, else to five minutes, and the last twenty as they are. */
export function roundedTime(minutes: number): { hours: number; minutes: number } {
  if (minutes >= 90) return { hours: Math.round(minutes / 60), minutes: 0 };
  const whole = Math.round(minutes);
  return { hours: 0, minutes: whole > 20 ? Math.round(whole / 5) * 5 : whole };
}
