// What is left to do after the first start. Goes away by itself: when all is done, after two weeks, or
// when she says so.
import { t } from "../../core/i18n";
import { useLoad } from "../../core/load";
import { mayHaveDemo, readDemo } from "../../core/organisation";
import { readUsers } from "../../core/people";
import { hasFlag, may, meta, preferences, savePreferences } from "../../core/session";
import type { MessageKey } from "../../locales/keys";
import { Button } from "../../kit/button";
import { Icon } from "../../kit/icon";

const shownDays = 14;
const dayMs = 86_400_000;

/** The day on which the first start was done stands in her preferences. */
const isFresh = (): boolean => {
  const began = Date.parse(String(preferences.value["next_steps"] ?? ""));
  return Date.now() - began < shownDays * dayMs;
};

interface Step {
  name: MessageKey;
  href: string;
  done: boolean;
}

function List({ hasRecords }: { hasRecords: boolean }) {
  const loaded = useLoad(async (abort) => ({
    users: hasFlag("users") ? (await readUsers(abort)).length : 0,
    demo: mayHaveDemo() ? (await readDemo(abort)).records : 0,
  }));
  const there = loaded.value.value;
  if (!there) return null;
  const firm = meta.value?.organisation;
  const steps: Step[] = [
    ...(hasFlag("settings") ? [{ name: "next.company", href: "/settings/company", done: !!firm?.name && !!firm.address.city } as Step] : []),
    ...(may("customers", "create") ? [{ name: "next.records", href: may("customers", "import") ? "/import" : "/customers/new", done: hasRecords && !there.demo } as Step] : []),
    ...(hasFlag("users") ? [{ name: "next.colleagues", href: "/settings/users/new", done: there.users > 1 } as Step] : []),
    ...(there.demo ? [{ name: "next.demo", href: "/settings/company#demo", done: false } as Step] : []),
  ];
  if (steps.every((one) => one.done)) return null;
  return (
    <section class="next-steps" aria-labelledby="next-steps">
      <header>
        <h2 id="next-steps">{t("next.title")}</h2>
        <Button look="plain" icon="x" label={t("next.hide")} onClick={() => void savePreferences({ next_steps: undefined })} />
      </header>
      <ul>
        {steps.map((one) => (
          <li key={one.name} data-done={one.done ? "" : undefined}>
            <Icon name={one.done ? "circle-check" : "circle-dot"} />
            {one.done ? <span>{t(one.name)} <span class="visually-hidden">{t("next.done")}</span></span> : <a href={one.href}>{t(one.name)}</a>}
          </li>
        ))}
      </ul>
    </section>
  );
}

export function NextSteps({ hasRecords }: { hasRecords: boolean }) {
  return preferences.value["next_steps"] && isFresh() ? <List hasRecords={hasRecords} /> : null;
}
