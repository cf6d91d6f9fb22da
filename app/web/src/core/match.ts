// Finding what she means among names that are at hand, without marks: "nguyen" finds Nguyễn.
import { folded } from "./fold";

/** 0: no match; the more the better. Every word she typed must stand in the name. */
export function matchScore(name: string, typed: string): number {
  const text = folded(name);
  const wanted = folded(typed).trim();
  if (!wanted) return 1;
  if (text === wanted) return 100;
  if (text.startsWith(wanted)) return 80;
  const starts = text.split(/[^\p{L}\p{N}]+/u);
  let score = 0;
  const words = wanted.split(/\s+/);
  for (const word of words) {
    if (starts.some((start) => start.startsWith(word))) score += 40;
    else if (text.includes(word)) score += 10;
    else return 0;
  }
  return score / words.length;
}

/** Those that match, the best first; equals stay in the order they came in. */
export const bestOf = <T>(all: T[], typed: string, nameOf: (one: T) => string): T[] =>
  all
    .map((one) => ({ one, score: matchScore(nameOf(one), typed) }))
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score)
    .map(({ one }) => one);
