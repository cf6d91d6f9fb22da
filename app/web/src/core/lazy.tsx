import { useSignal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { Failure, Skeleton } from "../kit/states";
import { ApiError } from "./api";
import { t } from "./i18n";

const loaded = new Map<unknown, ComponentType<never>>();

/** Not while nobody answers: the browser's own page of failure would take this one's place. */
async function reloadWhenThere(): Promise<void> {
  try {
    await fetch("/livez", { cache: "no-store" });
    location.reload();
  } catch {
    // Still away.
  }
}

/** Loads a chunk before it is wanted; undefined where it fails: it is asked for again when it is. */
export async function preload<Module extends { default: unknown }>(load: () => Promise<Module>): Promise<Module | undefined> {
  try {
    const module = await load();
    loaded.set(load, module.default as ComponentType<never>);
    return module;
  } catch {
    return undefined; // Nobody waits for it yet.
  }
}

/** A component of a chunk of its own. What was loaded once is shown at once the next time. */
export function Lazy<Props>({ load, props }: {
  load: () => Promise<{ default: ComponentType<Props> }>; props: Props;
}) {
  const failed = useSignal<unknown>(undefined);
  const tick = useSignal(0);
  const Found = loaded.get(load) as ComponentType<Props> | undefined;
  useEffect(() => {
    if (Found) return;
    // It came between the drawing and now: nothing else would draw it.
    if (loaded.has(load)) return void tick.value++;
    load().then(
      (module) => {
        loaded.set(load, module.default as ComponentType<never>);
        failed.value = undefined;
        tick.value++;
      },
      () => (failed.value = new ApiError(0, "unreachable", t("state.offline_text"))),
    );
  }, [load, tick.value]);
  if (Found) return <Found {...(props as Props & object)} />;
  // Some browsers never ask again for a module that they could not get; and after an upgrade of the
  // server it has another name: a page loaded anew has it right. What was typed is kept as a draft.
  if (failed.value) return <Failure error={failed.value} retry={() => void reloadWhenThere()} />;
  return <div class="page"><Skeleton lines={6} /></div>;
}
