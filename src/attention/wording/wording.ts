/** All that Brim says, in one language. Another language is another file that fills this type. */
export interface Wording {
  /** BCP 47 tag, for the synthesiser and the page. */
  language: string;
}
