// The command palette: everything from one field. Pages and actions are there at once, records a
// moment later. The focus stays in the field; the list follows by aria-activedescendant (APG combobox).
import { batch, computed, signal } from "@preact/signals";
import { useEffect, useId, useRef } from "preact/hooks";
import { ApiError } from "../core/api";
import { t } from "../core/i18n";
import { isMac, keyLabel } from "../core/keys";
import { navigate } from "../core/router";
import { toast } from "../core/toasts";
import { Icon } from "../kit/icon";
import { useModal } from "../kit/modal";
import { takeTyped } from "./layer";
import { localGroups, type Group, type Item } from "./palette/items";
import { findRecords, isSearchable, type Found } from "./palette/records";

const delayMs = 120;
const nothing: Found = { groups: [], error: undefined };

function create(close: () => void) {
  const typed = signal("");
  const found = signal<Found>(nothing);
  const searching = signal(false);
  const active = signal(0);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running: AbortController | undefined;

  const actionsOnly = (): boolean => typed.value.startsWith(">");
  const byNumber = (): boolean => typed.value.startsWith("#");
  const words = (): string => typed.value.replace(/^[>#]/, "").trim();
  const groups = computed<Group[]>(() => {
    const local = byNumber() ? [] : localGroups(words(), actionsOnly());
    const recent = new Set(local.flatMap((group) => group.items.map((item) => item.href)));
    const fresh = found.value.groups.map((group) => ({ ...group, items: group.items.filter((item) => !recent.has(item.href)) }));
    return [...local, ...fresh.filter((group) => group.items.length)];
  });
  const items = computed(() => groups.value.flatMap((group) => group.items));

  const search = async (): Promise<void> => {
    const mine = (running = new AbortController());
    try {
      const answer = await findRecords(words(), byNumber(), mine.signal);
      batch(() => {
        found.value = answer;
        searching.value = false;
      });
    } catch {
      // A newer question took its place.
    }
  };
  return {
    typed, found, searching, active, groups, items, words,
    type(text: string): void {
      clearTimeout(timer);
      running?.abort();
      batch(() => {
        typed.value = text;
        active.value = 0;
        const asks = !actionsOnly() && isSearchable(words());
        searching.value = asks;
        if (!asks) found.value = nothing;
        else timer = setTimeout(() => void search(), delayMs);
      });
    },
    move(step: number): void {
      const count = items.value.length;
      if (count) active.value = (active.value + step + count) % count;
    },
    async choose(item: Item | undefined, newTab: boolean): Promise<void> {
      if (!item) return;
      if (newTab && item.href) {
        window.open(item.href, "_blank", "noopener");
        return;
      }
      close();
      // After the dialog has given the focus back, so that what runs can take it.
      await new Promise((done) => setTimeout(done, 0));
      try {
        if (item.href) navigate(item.href);
        else await item.run?.();
      } catch (error) {
        toast(error instanceof ApiError ? error.detail : String(error), { kind: "failed" });
      }
    },
    stop(): void {
      clearTimeout(timer);
      running?.abort();
    },
  };
}
type State = ReturnType<typeof create>;

function Row({ item, id, state, isActive }: { item: Item; id: string; state: State; isActive: boolean }) {
  const detail = item.detail;
  return (
    <li
      id={id}
      role="option"
      aria-selected={isActive}
      onMouseMove={() => { if (!isActive) state.active.value = state.items.value.indexOf(item); }}
      onClick={(event) => void state.choose(item, isMac ? event.metaKey : event.ctrlKey)}
    >
      <Icon name={item.icon} />
      <span class="palette-text">{item.text}{detail && <> <span class="quiet">{detail}</span></>}</span>
      {item.keys && <kbd>{keyLabel(item.keys)}</kbd>}
    </li>
  );
}

function List({ state, id }: { state: State; id: string }) {
  let index = -1;
  return (
    <div id={`${id}-list`} role="listbox" aria-label={t("nav.palette")} class="palette-list">
      {state.groups.value.map((group, at) => (
        <ul key={group.name} role="group" aria-labelledby={`${id}-group-${at}`}>
          <li role="presentation" id={`${id}-group-${at}`} class="palette-group">{group.name}</li>
          {group.items.map((item) => {
            index++;
            return <Row key={item.id} item={item} id={`${id}-${index}`} state={state} isActive={state.active.value === index} />;
          })}
        </ul>
      ))}
    </div>
  );
}

/** What is said when the list cannot say it. */
function statusText(state: State): string {
  const { error } = state.found.value;
  if (error) return error instanceof ApiError ? error.detail : String(error);
  if (state.searching.value) return t("palette.searching");
  if (state.items.value.length) return t("palette.count", { count: state.items.value.length });
  return state.words() ? t("palette.nothing", { what: state.words() }) : t("palette.number");
}

export default function Palette({ onClose }: { onClose: () => void }) {
  const kept = useRef<State | undefined>(undefined);
  const state = (kept.current ??= create(onClose));
  const id = useId();
  const box = useModal({ shown: () => state.type(takeTyped()), gone: state.stop });
  const active = state.active.value;
  useEffect(() => document.getElementById(`${id}-${active}`)?.scrollIntoView({ block: "nearest" }), [active]);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "Enter") void state.choose(state.items.value[active], isMac ? event.metaKey : event.ctrlKey);
    else if (event.key === "ArrowDown") state.move(1);
    else if (event.key === "ArrowUp") state.move(-1);
    else if (event.key === "PageDown") state.move(Math.min(8, state.items.value.length - 1 - active));
    else if (event.key === "PageUp") state.move(-Math.min(8, active));
    else return;
    event.preventDefault();
  };
  const isOpen = state.items.value.length > 0;
  return (
    <dialog ref={box} class="palette" aria-label={t("nav.palette")}
      onCancel={(event) => { event.preventDefault(); onClose(); }}
      onMouseDown={(event) => { if (event.target === box.current) onClose(); }}>
      <div class="palette-body">
        <div class="palette-field">
          <Icon name="search" />
          <input type="text" role="combobox" aria-label={t("nav.palette")} placeholder={t("palette.hint")} autocomplete="off"
            autocapitalize="none" spellcheck={false} autofocus aria-expanded={isOpen} aria-autocomplete="list"
            aria-controls={isOpen ? `${id}-list` : undefined} aria-activedescendant={isOpen ? `${id}-${active}` : undefined}
            value={state.typed.value} onInput={(event) => state.type(event.currentTarget.value)} onKeyDown={onKeyDown} />
          <button type="button" class="button" data-look="plain" data-icon-only="" aria-label={t("action.close")} onClick={onClose}><Icon name="x" /></button>
        </div>
        {isOpen && <List state={state} id={id} />}
        <p class="palette-status" role="status" data-bad={state.found.value.error ? "" : undefined}>{statusText(state)}</p>
        <p class="palette-foot" aria-hidden="true">
          <span><kbd>↑</kbd><kbd>↓</kbd> {t("palette.choose")}</span>
          <span><kbd>↵</kbd> {t("action.open")}</span>
          <span><kbd>{keyLabel("mod+enter")}</kbd> {t("palette.new_tab")}</span>
          <span><kbd>&gt;</kbd> {t("palette.actions")}</span>
          <span><kbd>#</kbd> {t("palette.numbers")}</span>
        </p>
      </div>
    </dialog>
  );
}
