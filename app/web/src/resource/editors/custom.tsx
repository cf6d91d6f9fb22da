import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { t } from "../../core/i18n";
import { Button } from "../../kit/button";
import { focusing } from "../../kit/focusing";
import type { EditorProps } from "./props";

type Values = Record<string, unknown>;

const textOf = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value) ?? "");

/** A text that reads as a number, true, false or a list stays what it was before she touched it. */
function valueFrom(text: string, before: unknown): unknown {
  if (before === undefined || typeof before === "string") return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/**
 * Names and values of her own. A merge patch takes a name away only where it is null, so what is
 * removed here is sent as null.
 */
export function CustomEditor({ value, onChange, tied, autoFocus }: EditorProps) {
  const all = (value && typeof value === "object" ? value : {}) as Values;
  const name = useSignal("");
  const box = useRef<HTMLDivElement>(null);
  const rows = Object.entries(all).filter(([, one]) => one !== null);
  const add = (): void => {
    const wanted = name.value.trim();
    if (!wanted || (wanted in all && all[wanted] !== null)) return;
    name.value = "";
    onChange({ ...all, [wanted]: "" });
  };
  return (
    <div ref={box} class="custom-editor" role="group" aria-label={tied?.["aria-label"]} aria-labelledby={tied?.["aria-labelledby"]}>
      {rows.map(([key, one]) => (
        <div key={key} class="custom-row">
          <span>{key}</span>
          <input class="input" type="text" aria-label={key} autocomplete="off" value={textOf(one)}
            onInput={(event) => onChange({ ...all, [key]: valueFrom(event.currentTarget.value, one) })} />
          <Button look="plain" icon="x" label={t("custom.remove", { name: key })} onClick={() => {
              onChange({ ...all, [key]: null });
              box.current?.querySelector<HTMLElement>(".custom-row:last-child input")?.focus();
            }} />
        </div>
      ))}
      <div class="custom-row">
        <input ref={focusing(autoFocus)} class="input" id={tied?.id} type="text" maxLength={60} autocomplete="off"
          aria-label={t("custom.name")} placeholder={t("custom.name")}
          value={name.value} onInput={(event) => (name.value = event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || event.isComposing || !name.value.trim()) return;
            event.preventDefault();
            event.stopPropagation();
            add();
          }} />
        <Button icon="plus" onClick={add}>{t("custom.add")}</Button>
      </div>
    </div>
  );
}
