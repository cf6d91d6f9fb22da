import { useSignal } from "@preact/signals";
import { useEffect, useId, useRef } from "preact/hooks";
import { t } from "../core/i18n";
import type { Tied } from "./field";
import { focusing } from "./focusing";

export interface Option {
  value: string;
  text: string;
  /** Quieter, after the text: a number, an e-mail address. */
  detail?: string | undefined;
  /** At the end, in figures of one width: a price. */
  figure?: string | undefined;
}

export interface ComboboxProps {
  tied?: Tied | undefined;
  /** The text of what is chosen now, "" for nothing. */
  text: string;
  /** What fits the typed text ("" when it has just been opened). Late answers to older text are dropped. */
  find: (typed: string, abort: AbortSignal) => Option[] | Promise<Option[]>;
  /** What she chose; undefined: she emptied the field. */
  onPick: (option: Option | undefined) => void;
  /** The last row of the list: makes what she typed. `eager`: Enter takes it where nothing else fits. */
  create?: {
    text: (typed: string) => string; run: (typed: string) => Promise<Option | undefined>; eager?: boolean;
  } | undefined;
  /** What she types is a value, too; called with it when she leaves or presses Enter. */
  onText?: ((typed: string) => void) | undefined;
  placeholder?: string | undefined;
  autoFocus?: boolean | undefined;
  /** Waits this long after a key before `find` is asked. */
  delayMs?: number;
  /** Keys that the list does not take (Enter, arrows while it is closed). */
  onKeyDown?: ((event: KeyboardEvent) => void) | undefined;
  "data-cell"?: string | undefined;
}

const creates = "\u0000create";

/** A text field with a list to choose from, by the APG pattern: the focus stays in the field. */
export function Combobox(props: ComboboxProps) {
  const latest = useRef(props);
  latest.current = props;
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLUListElement>(null);
  /** What stands in the field while she types; undefined: the text of what is chosen. */
  const typed = useSignal<string | undefined>(undefined);
  const options = useSignal<Option[]>([]);
  const active = useSignal(-1);
  const open = useSignal(false);
  const failed = useSignal(false);
  const running = useRef<AbortController | undefined>(undefined);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  /** An answer is awaited; hasty: she pressed Enter before it came, and takes the first of it. */
  const awaited = useRef(false);
  const hasty = useRef(false);

  const place = (): void => {
    const from = input.current?.getBoundingClientRect();
    const box = list.current;
    if (!from || !box || !open.value) return;
    box.style.minWidth = `${Math.max(from.width, 200)}px`;
    box.style.left = `${Math.max(8, Math.min(from.left, innerWidth - box.offsetWidth - 8))}px`;
    const below = innerHeight - from.bottom > Math.min(box.offsetHeight, 200) + 8;
    box.style.top = below ? `${from.bottom + 2}px` : `${Math.max(8, from.top - box.offsetHeight - 2)}px`;
  };
  const close = (): void => {
    clearTimeout(timer.current);
    running.current?.abort();
    awaited.current = false;
    if (!open.value) return;
    open.value = false;
    active.value = -1;
    list.current?.hidePopover();
  };
  const pick = async (option: Option): Promise<void> => {
    const text = typed.value?.trim() ?? "";
    hasty.current = false;
    close();
    const made = option.value === creates ? await latest.current.create?.run(text) : option;
    typed.value = undefined;
    if (made) latest.current.onPick(made);
  };
  const show = (found: Option[], isTyped: boolean): void => {
    const text = typed.value?.trim() ?? "";
    const make = latest.current.create;
    const same = found.some((one) => one.text.toLowerCase() === text.toLowerCase());
    options.value = make && text && !same ? [...found, { value: creates, text: make.text(text) }] : found;
    const first = options.value[0];
    const takeable = first && !latest.current.onText && (first.value !== creates || make?.eager);
    active.value = isTyped && takeable ? 0 : -1;
    if (hasty.current) {
      hasty.current = false;
      if (takeable) void pick(first);
      else typed.value = undefined;
      return;
    }
    if (!open.value) {
      open.value = true;
      list.current?.showPopover();
    }
    requestAnimationFrame(place);
  };
  const ask = (isTyped: boolean): void => {
    clearTimeout(timer.current);
    running.current?.abort();
    const mine = (running.current = new AbortController());
    awaited.current = isTyped;
    const go = async (): Promise<void> => {
      try {
        const found = await latest.current.find((isTyped && typed.value?.trim()) || "", mine.signal);
        if (mine.signal.aborted) return;
        awaited.current = false;
        if (document.activeElement !== input.current && !hasty.current) return;
        failed.value = false;
        show(found, isTyped);
      } catch {
        if (mine.signal.aborted) return;
        awaited.current = false;
        failed.value = true;
        show([], isTyped);
      }
    };
    timer.current = setTimeout(() => void go(), isTyped ? (latest.current.delayMs ?? 0) : 0);
  };
  /** Leaves the field as what is chosen says, or takes what she typed where that is allowed. */
  const settle = (): void => {
    if (hasty.current) return;
    const text = typed.value;
    close();
    typed.value = undefined;
    if (text === undefined || text === latest.current.text) return;
    if (latest.current.onText) latest.current.onText(text.trim());
    else if (text.trim() === "") latest.current.onPick(undefined);
  };
  const walk = (by: number): void => {
    const count = options.value.length;
    if (!count) return;
    active.value = active.value < 0 ? (by > 0 ? 0 : count - 1) : (active.value + by + count) % count;
    document.getElementById(`${id}-${active.value}`)?.scrollIntoView({ block: "nearest" });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.isComposing || event.keyCode === 229) return;
    const taken = ((): boolean => {
      switch (event.key) {
        case "ArrowDown":
        case "ArrowUp":
          if (event.ctrlKey || event.metaKey) return false;
          if (open.value) walk(event.key === "ArrowDown" ? 1 : -1);
          else if (event.key === "ArrowDown" && (event.altKey || !latest.current.onKeyDown)) ask(typed.value !== undefined);
          else return false;
          return true;
        case "Enter":
        case "Tab": {
          if (awaited.current && typed.value?.trim() && !latest.current.onText) {
            // The list still shows what fitted less text: wait for what fits all of it.
            hasty.current = true;
            return event.key === "Enter";
          }
          const option = open.value ? options.value[active.value] : undefined;
          if (option && (event.key === "Enter" || typed.value !== undefined)) {
            void pick(option);
            return event.key === "Enter";
          }
          if (event.key === "Enter") settle();
          return false;
        }
        case "Escape":
          if (!open.value) {
            typed.value = undefined;
            return false;
          }
          hasty.current = false;
          close();
          return true;
        default:
          return false;
      }
    })();
    if (taken) {
      event.preventDefault();
      event.stopPropagation();
    } else latest.current.onKeyDown?.(event);
  };
  useEffect(() => {
    const away = new AbortController();
    const how = { signal: away.signal, passive: true, capture: true };
    addEventListener("scroll", place, how);
    addEventListener("resize", place, how);
    return () => {
      away.abort();
      clearTimeout(timer.current);
      running.current?.abort();
    };
  }, []);
  const none = failed.value ? t("combobox.failed") : t("combobox.none");
  return (
    <span class="combobox">
      <input
        {...props.tied}
        ref={(element) => {
          input.current = element;
          focusing(props.autoFocus)(element);
        }}
        class="input"
        type="text"
        role="combobox"
        autocomplete="off"
        spellcheck={false}
        aria-expanded={open.value}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={active.value >= 0 ? `${id}-${active.value}` : undefined}
        placeholder={props.placeholder}
        data-cell={props["data-cell"]}
        value={typed.value ?? props.text}
        onFocus={() => input.current?.select()}
        onClick={() => !open.value && ask(false)}
        onInput={(event) => {
          typed.value = event.currentTarget.value;
          ask(true);
        }}
        onBlur={settle}
        onKeyDown={onKeyDown}
      />
      <ul ref={list} id={`${id}-list`} role="listbox" popover="manual" class="menu options" aria-label={t("combobox.options")}>
        {open.value && options.value.map((option, index) => (
          <li
            key={option.value}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === active.value}
            data-create={option.value === creates ? "" : undefined}
            // Before the field loses the focus.
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => void pick(option)}
          >
            <span class="option-text">{option.text}</span>
            {option.detail && <span class="quiet">{option.detail}</span>}
            {option.figure && <span class="figure">{option.figure}</span>}
          </li>
        ))}
        {open.value && !options.value.length && <li role="option" aria-disabled="true" aria-selected="false" class="quiet">{none}</li>}
      </ul>
      <span class="visually-hidden" role="status">
        {open.value ? (options.value.length ? t("combobox.count", { count: options.value.length }) : none) : ""}
      </span>
    </span>
  );
}
