// Made-up records: put in to look around, removed again without a trace.
import { useSignal, type Signal } from "@preact/signals";
import { useAction } from "../../core/action";
import { post, request } from "../../core/api";
import { integer } from "../../core/format";
import { locale, t } from "../../core/i18n";
import { useLoad } from "../../core/load";
import { readDemo } from "../../core/organisation";
import { toast } from "../../core/toasts";
import { Button } from "../../kit/button";
import { Confirm } from "../../kit/confirm";
import { Fault } from "../../kit/fault";
import { Field } from "../../kit/field";
import { Loading } from "../../kit/loading";

interface Cleared {
  removed: Record<string, number>;
  kept_count: number;
  kept: { collection: string; id: string; title: string }[];
}

/** What kinds of firm the server can make up. */
export const demoPresets = ["shop", "studio", "manufacturing", "telegram"] as const;
export type DemoPreset = (typeof demoPresets)[number];

export const loadDemo = (preset: DemoPreset): Promise<Record<string, number>> =>
  post<Record<string, number>>("/api/v1/demo", { preset, language: locale.value });

function PresetChoice({ chosen }: { chosen: Signal<DemoPreset> }) {
  return (
    <Field label={t("demo.kind")} hint={t(`demo.${chosen.value}_text`)}>
      {(tied) => (
        <select {...tied} class="input" value={chosen.value}
          onChange={(event) => (chosen.value = demoPresets.find((one) => one === event.currentTarget.value) ?? "shop")}>
          {demoPresets.map((one) => <option key={one} value={one}>{t(`demo.${one}`)}</option>)}
        </select>
      )}
    </Field>
  );
}

function Kept({ cleared }: { cleared: Cleared }) {
  if (!cleared.kept_count) return null;
  return (
    <div class="notice" data-tone="warn" role="status">
      <div>
        <p>{t("demo.kept", { count: cleared.kept_count })}</p>
        <ul>{cleared.kept.map((one) => <li key={one.id}><a href={`/${one.collection}/${one.id}`}>{one.title || one.id}</a></li>)}</ul>
      </div>
    </div>
  );
}

export function DemoSection() {
  const loaded = useLoad(readDemo);
  const chosen = useSignal<DemoPreset>("shop");
  const asking = useSignal(false);
  const cleared = useSignal<Cleared | undefined>(undefined);
  const fill = useAction(async () => {
    const made = await loadDemo(chosen.value);
    toast(t("demo.loaded", { count: made["customers"] ?? 0 }), { to: { href: "/customers", text: t("demo.look") } });
    await loaded.read();
  });
  const clear = async (): Promise<void> => {
    cleared.value = (await request<Cleared>("DELETE", "/api/v1/demo")).body;
    toast(t("demo.cleared"));
    await loaded.read();
  };
  return (
    <Loading of={loaded} lines={2}>
      {({ records }) => (
        <>
          <p class="quiet">{records ? t("demo.there", { count: integer(records) }) : t("demo.text")}</p>
          {cleared.value && <Kept cleared={cleared.value} />}
          {!records && <div class="form"><PresetChoice chosen={chosen} /></div>}
          <Fault error={fill.error.value} />
          <div class="form-actions">
            {records ? (
              <Button look="danger" icon="trash-2" onClick={() => (asking.value = true)}>{t("demo.clear")}</Button>
            ) : (
              <Button icon="package" busy={fill.busy.value} onClick={() => void fill.run()}>{t(fill.busy.value ? "demo.loading" : "demo.load")}</Button>
            )}
          </div>
          {asking.value && (
            <Confirm title={t("demo.clear_title")} text={t("demo.clear_text")} act={t("demo.clear")} onClose={() => (asking.value = false)} run={clear} />
          )}
        </>
      )}
    </Loading>
  );
}
