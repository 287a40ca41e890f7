/** The text as eSpeak gets it: one line, and nothing that it would take for mark-up. */
export function plainText(text: string): string {
  return text
    .replaceAll("&", " and ")
    .replace(/[<>\p{Cc}]+/gu, " ")
    .replace(/\s+/g, " ")
    .trim();
}

/** eSpeak's voice for a language: its own tag, which is near to BCP 47. */
export function espeakVoice(language: string): string {
  return /^[a-z]{2,3}(-[a-z0-9]{2,8})*$/i.test(language) ? language.toLowerCase() : "en";
}
