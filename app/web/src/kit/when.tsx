import { exactInstant, relative } from "../core/format";

/** An instant as "3 minutes ago"; the exact one is in the tooltip. */
export function When({ at }: { at: string }) {
  return <time dateTime={at} title={exactInstant(at)}>{relative(at)}</time>;
}
