// Which rows have to be drawn: those on the screen and a few around them.
export interface Window {
  first: number;
  /** Behind the last one. */
  end: number;
}

const overscan = 8;
/** Rows that should be read beyond the screen, so that no scrolling meets a blank. */
export const readAhead = 150;

export function windowOf(scrollTop: number, height: number, rowHeight: number, rows: number): Window {
  const first = Math.max(0, Math.floor(scrollTop / rowHeight) - overscan);
  const end = Math.min(rows, Math.ceil((scrollTop + height) / rowHeight) + overscan);
  return { first: Math.min(first, Math.max(0, rows - 1)), end };
}

/** First and last row that stand whole on the screen, below a head of one row's height. */
export function shownWhole(scrollTop: number, height: number, rowHeight: number, rows: number): { first: number; last: number } {
  const first = Math.max(0, Math.min(rows - 1, Math.ceil(scrollTop / rowHeight)));
  const last = Math.floor((scrollTop + height) / rowHeight) - 2;
  return { first, last: Math.max(first, Math.min(rows - 1, last)) };
}

/** Where to scroll so that a row stands whole between the head and the lower edge. */
export function scrollFor(index: number, scrollTop: number, height: number, rowHeight: number, head: number): number {
  const top = index * rowHeight;
  if (top < scrollTop) return top;
  const lowest = top + rowHeight + head - height;
  return Math.max(scrollTop, lowest);
}
