import type { Signal } from "@preact/signals";
import type { ComponentChildren } from "preact";

export interface Option {
  value: string;
  text: string;
  about?: ComponentChildren;
}

/** Several of a few: a checkbox each. */
export function Pick({ legend, options, chosen, fault, none }: {
  legend: string; options: Option[]; chosen: Signal<string[]>; fault?: string | undefined; none?: string;
}) {
  const toggle = (value: string, on: boolean): void => {
    chosen.value = on ? [...chosen.value, value] : chosen.value.filter((one) => one !== value);
  };
  return (
    <fieldset class="field pick">
      <legend>{legend}</legend>
      {options.map((one) => (
        <label key={one.value} class="check">
          <input type="checkbox" checked={chosen.value.includes(one.value)}
            onChange={(event) => toggle(one.value, event.currentTarget.checked)} />
          <span>
            {one.text}
            {one.about && <span class="hint">{one.about}</span>}
          </span>
        </label>
      ))}
      {!options.length && none && <span class="hint">{none}</span>}
      {fault && <span class="fault" role="alert">{fault}</span>}
    </fieldset>
  );
}
