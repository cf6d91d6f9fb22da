import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { t } from "../../core/i18n";
import { groupedText, numberText, numberValue } from "../../core/numeric";
import { meta } from "../../core/session";
import { focusing } from "../../kit/focusing";
import type { EditorProps } from "./props";

/** Money, unit prices, rates (in percent), quantities and integers. */
export function NumberEditor({ field, value, onChange, record, tied, autoFocus, onKeyDown, ...more }: EditorProps) {
  const currency = String(record?.["currency"] || meta.value?.organisation.currency || "USD");
  const isMoney = field.kind === "money" || field.kind === "unit_price";
  // Her own text stays as she typed it ("1,50"); it gives way only to a value that is not hers.
  const text = useSignal(numberText(field.kind, value, currency));
  const sent = useRef<unknown>(value);
  const shown = useRef(currency);
  if ((value !== sent.current && value !== undefined) || shown.current !== currency) {
    sent.current = value;
    shown.current = currency;
    text.value = numberText(field.kind, value, currency);
  }
  const isTyping = useSignal(false);
  const isRead = !isTyping.value && numberValue(field.kind, text.value, currency) !== undefined;
  const unit = isMoney ? currency : field.kind === "rate" ? "%" : undefined;
  const control = (
    <input
      {...tied}
      data-cell={more["data-cell"]}
      ref={focusing(autoFocus)}
      class="input figure"
      type="text"
      inputMode={field.kind === "integer" ? "numeric" : "decimal"}
      autocomplete="off"
      value={isRead ? groupedText(text.value) : text.value}
      onFocus={(event) => {
        isTyping.value = true;
        // Before the next key, which would be typed between the groups.
        event.currentTarget.value = text.value;
        event.currentTarget.select();
      }}
      onBlur={() => (isTyping.value = false)}
      onInput={(event) => {
        text.value = event.currentTarget.value;
        const next = numberValue(field.kind, text.value, currency);
        sent.current = next;
        if (next === undefined) onChange(undefined, t(isMoney ? "fault.amount" : "fault.number"));
        else onChange(next);
      }}
      onKeyDown={onKeyDown}
    />
  );
  return unit ? <span class="with-unit">{control}<span class="unit" aria-hidden="true">{unit}</span></span> : control;
}
