import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { meta } from "../core/session";
import { setTitle } from "../core/title";

export function useTitle(title: string): void {
  // The firm stands in it, too, and can be renamed while the page is open.
  const firm = meta.value?.organisation.name;
  useEffect(() => setTitle(title), [title, firm]);
}

/** A screen with its one heading and what can be done on it. */
export function Page({ title, actions, children, narrow }: {
  title: string; actions?: ComponentChildren; children: ComponentChildren; narrow?: boolean;
}) {
  useTitle(title);
  useEffect(() => {
    // The screen came after the address: what it points at is there only now.
    if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
  }, []);
  return (
    <div class="page" data-narrow={narrow ? "" : undefined}>
      <header class="page-head">
        <h1>{title}</h1>
        {actions}
      </header>
      {children}
    </div>
  );
}

/** A part of a screen under a heading of its own. */
export function Section({ id, title, text, actions, children }: {
  id: string; title: string; text?: string | undefined; actions?: ComponentChildren; children?: ComponentChildren;
}) {
  return (
    <section class="section" aria-labelledby={`${id}-title`} id={id}>
      <header class="section-head">
        <h2 id={`${id}-title`} tabIndex={-1}>{title}</h2>
        {actions}
      </header>
      {text && <p class="quiet section-text">{text}</p>}
      {children}
    </section>
  );
}
