// Refusals of the server in the reader's language. The server speaks English; its codes stay, so they
// are what is translated, and its own text is what is shown where a code is not known here.
export interface Refusals {
  /** By the code of the problem. */
  types: Record<string, string>;
  /** By the code of a field's fault. */
  fields: Record<string, string>;
}

interface Fault {
  pointer?: string;
  code: string;
  detail: string;
}

let texts: Refusals | undefined;
/** undefined: the server's own words. */
export const speak = (said: Refusals | undefined): void => {
  texts = said;
};

/** {detail}: what the server says besides; {n}: the first number in it. Its own text where there is none. */
function filled(text: string | undefined, detail: string): string {
  if (!text) return detail;
  if (text.includes("{detail}")) return text.replace("{detail}", () => detail);
  if (!text.includes("{n}")) return text;
  const number = /\d[\d,.]*\d|\d/.exec(detail)?.[0];
  return number ? text.replace("{n}", number) : detail;
}

export const fieldRefusal = (fault: Fault): string => filled(texts?.fields[fault.code], fault.detail);

/** Where one value is wrong the server's text is what is wrong with it: so it is here. */
const generic = new Set(["invalid", "validation_failed", "invalid_parameter", "unknown_field", "malformed"]);

export function refusalText(code: string, detail: string, fields: Fault[]): string {
  const [first] = fields;
  if (texts && first && fields.length === 1 && generic.has(code)) {
    const text = fieldRefusal(first);
    // A parameter has no place on the screen beside which it is said.
    return first.pointer?.startsWith("?") && text !== first.detail ? `${text} (${first.pointer.slice(1)})` : text;
  }
  return filled(texts?.types[code], detail);
}
