import { BrimError } from "../base/errors.ts";

const longestName = 80;

/**
 * A typed name as it is kept: one line, without spaces around it.
 * @throws BrimError INPUT when nothing is left, or it is too long
 */
export function cleanName(text: string): string {
  const name = text
    .normalize("NFC")
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, " ")
    .trim();
  if (name === "") throw new BrimError("INPUT", "a name cannot be empty");
  if ([...name].length > longestName) {
    throw new BrimError("INPUT", `a name can have ${longestName} characters at most`);
  }
  return name;
}

/** Whether two names are one to the ear: in whatever case they are typed. */
export function sameName(a: string, b: string): boolean {
  return fold(a) === fold(b);
}

function fold(name: string): string {
  return name.normalize("NFKC").replace(/\s+/g, " ").trim().toLowerCase();
}
