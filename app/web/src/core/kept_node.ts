// A part of a screen that is drawn anew only when what it is made of is another value: the same node
// object tells Preact to leave what stands there as it is.
import type { VNode } from "preact";
import { useRef } from "preact/hooks";

export interface KeptNodes {
  /** The node that was made of these values for this key, or a new one. */
  of: (key: unknown, values: readonly unknown[], make: () => VNode) => VNode;
  /** Forgets keys that were not asked for since the last call. */
  sweep: () => void;
}

function keptNodes(): KeptNodes {
  const nodes = new Map<unknown, { values: readonly unknown[]; node: VNode }>();
  let asked = new Set<unknown>();
  return {
    of(key, values, make) {
      asked.add(key);
      const known = nodes.get(key);
      if (known && known.values.every((value, index) => value === values[index])) return known.node;
      const node = make();
      nodes.set(key, { values, node });
      return node;
    },
    sweep() {
      for (const key of nodes.keys()) if (!asked.has(key)) nodes.delete(key);
      asked = new Set();
    },
  };
}

export function useKeptNodes(): KeptNodes {
  const own = useRef<KeptNodes | undefined>(undefined);
  return (own.current ??= keptNodes());
}
