// The rules for passwords, as far as they can be told while she types. The server has the last word:
// it also knows common passwords, those she had before, and whether the firm's rules differ.
import { folded } from "./fold";

export type PasswordRule = "length" | "words";

/** Characters that are enough, and those that are enough if all four kinds are among them. */
const minChars = 15;
const mixedMinChars = 12;

const isMixed = (password: string): boolean =>
  [/\p{Lu}/u, /\p{Ll}/u, /\p{Nd}/u, /[^\p{L}\p{N}\p{M}]/u].every((kind) => kind.test(password));

/** Words of four letters and more, without the last label of the address's domain. */
function wordsOf(texts: string[]): string[] {
  return texts
    .flatMap((text) => folded(text.includes("@") ? text.slice(0, text.lastIndexOf(".")) : text).split(/[^\p{L}\p{N}]+/u))
    .filter((word) => word.length >= 4);
}

/** Which rules it keeps. `about`: her name, her address. */
export function passwordRules(password: string, about: string[]): Record<PasswordRule, boolean> {
  const length = [...password].length;
  const plain = folded(password).replaceAll(/[^\p{L}\p{N}]/gu, "");
  return {
    length: length >= minChars || (length >= mixedMinChars && isMixed(password)),
    words: length > 0 && !["kontor", ...wordsOf(about)].some((word) => plain.includes(word)),
  };
}
