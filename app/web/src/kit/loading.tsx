import type { ComponentChildren } from "preact";
import type { Loaded } from "../core/load";
import { Failure, Skeleton } from "./states";

/** What was read, or that it is coming, or why it does not. */
export function Loading<T>({ of, lines = 3, height = 20, children }: {
  of: Loaded<T>; lines?: number; height?: number; children: (value: T) => ComponentChildren;
}) {
  const value = of.value.value;
  if (value !== undefined) return <>{children(value)}</>;
  if (of.error.value) return <Failure error={of.error.value} retry={() => void of.read()} />;
  return <Skeleton lines={lines} height={height} />;
}
