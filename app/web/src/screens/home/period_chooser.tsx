import { t } from "../../core/i18n";
import { addDays, periodNames, type PeriodName } from "../../core/period";
import { setSearch } from "../../core/router";
import { period } from "./data";

/** The period stands in the address: it can be kept as a bookmark, or sent to somebody. */
export function PeriodChooser() {
  const { name, from, to } = period.value;
  const last = addDays(to, -1);
  const choose = (wanted: PeriodName): void =>
    setSearch({
      period: wanted === "month" ? undefined : wanted,
      from: wanted === "custom" ? from : undefined,
      to: wanted === "custom" ? last : undefined,
    }, true);
  const change = (ends: { from?: string; to?: string }): void => {
    const next = { from: ends.from || from, to: ends.to || last };
    // The end that she did not touch gives way.
    if (next.from > next.to) {
      if (ends.from) next.to = next.from;
      else next.from = next.to;
    }
    setSearch({ period: "custom", ...next });
  };
  return (
    <div class="period" role="group" aria-label={t("home.period")}>
      <label>
        <span class="visually-hidden">{t("home.period")}</span>
        <select class="input" value={name} onChange={(event) => choose(event.currentTarget.value as PeriodName)}>
          {periodNames.map((one) => <option key={one} value={one}>{t(`home.period.${one}`)}</option>)}
        </select>
      </label>
      {name === "custom" && (
        <>
          <label><span class="visually-hidden">{t("home.from")}</span>
            <input class="input" type="date" value={from} onChange={(event) => change({ from: event.currentTarget.value })} /></label>
          <span aria-hidden="true">–</span>
          <label><span class="visually-hidden">{t("home.to")}</span>
            <input class="input" type="date" value={last} onChange={(event) => change({ to: event.currentTarget.value })} /></label>
        </>
      )}
    </div>
  );
}
