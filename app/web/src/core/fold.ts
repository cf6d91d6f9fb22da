/** For comparing what people type with names: without case and marks, đ as d ("Nguyễn" is "nguyen"). */
export const folded = (text: string): string =>
  text.normalize("NFD").replaceAll(/\p{M}/gu, "").toLowerCase().replaceAll("đ", "d");

/** Every word of what she typed begins, or lies within, a word of the name. */
export function fits(name: string, typed: string): boolean {
  const in_ = folded(name);
  return folded(typed).split(/\s+/).every((word) => in_.includes(word));
}
