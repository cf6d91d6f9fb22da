// Words to find, sent when she pauses.
import { useSignal, useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { named, t } from "../../core/i18n";
import { Icon } from "../../kit/icon";
import { focusGrid } from "./cell_editor";
import type { List } from "./list_model";

const pauseMs = 120;

export function QuickSearch({ list }: { list: List }) {
  const text = useSignal(list.query.peek().q);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const sent = useRef(text.peek());
  // The address changed by itself (a view, going back): the field follows.
  useSignalEffect(() => {
    const { q } = list.query.value;
    if (q === sent.current) return;
    sent.current = q;
    text.value = q;
  });
  const send = (): void => {
    clearTimeout(timer.current);
    sent.current = text.peek().trim();
    if (sent.current !== list.query.peek().q) list.setQuery({ ...list.query.peek(), q: sent.current });
  };
  const label = t("list.search", { collection: named("collection", list.resource.collection, "").toLocaleLowerCase() });
  return (
    <div class="quick-search" role="search">
      <Icon name="search" />
      <input
        class="input"
        type="search"
        data-search=""
        aria-label={label}
        aria-keyshortcuts="/"
        placeholder={label}
        autocomplete="off"
        spellcheck={false}
        maxLength={200}
        value={text.value}
        onInput={(event) => {
          text.value = event.currentTarget.value;
          clearTimeout(timer.current);
          timer.current = setTimeout(send, pauseMs);
        }}
        onKeyDown={(event) => {
          if (event.isComposing || event.keyCode === 229) return;
          if (event.key === "Enter") {
            send();
            if (list.current.peek() < 0) list.moveTo(0);
            focusGrid();
          } else if (event.key === "Escape" && !text.peek()) focusGrid();
          else if (event.key === "Escape") {
            text.value = "";
            send();
          } else if (event.key === "ArrowDown") {
            list.moveTo(0);
            focusGrid();
          } else return;
          event.preventDefault();
          event.stopPropagation();
        }}
      />
    </div>
  );
}
