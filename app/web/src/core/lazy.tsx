import { useSignal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { Failure, Skeleton } from "../kit/states";

const loaded = new Map<unknown, ComponentType<never>>();

/** A component of a chunk of its own. What was loaded once is shown at once the next time. */
export function Lazy<Props>({ load, props }: {
  load: () => Promise<{ default: ComponentType<Props> }>; props: Props;
}) {
  const failed = useSignal<unknown>(undefined);
  const tick = useSignal(0);
  const Found = loaded.get(load) as ComponentType<Props> | undefined;
  useEffect(() => {
    if (loaded.has(load)) return;
    load().then(
      (module) => {
        loaded.set(load, module.default as ComponentType<never>);
        failed.value = undefined;
        tick.value++;
      },
      (error: unknown) => (failed.value = error),
    );
  }, [load, tick.value]);
  if (Found) return <Found {...(props as Props & object)} />;
  if (failed.value) return <Failure error={failed.value} retry={() => { failed.value = undefined; tick.value++; }} />;
  return <div class="page"><Skeleton lines={6} /></div>;
}
