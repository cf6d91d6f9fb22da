// Charts, drawn at the width they have: scaling a drawing would scale its text too. What a chart shows
// also stands in a table, for who does not see it, or wants the figures.
import { useSignal } from "@preact/signals";
import type { ComponentChildren, RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { t } from "../core/i18n";
import { navigate } from "../core/router";

export interface Bar {
  name: string;
  /** Below the bar, where there is little room. */
  shortName: string;
  value: number;
  text: string;
  href?: string | undefined;
  /** Lies within what the screen is about; the others are drawn quieter. */
  strong: boolean;
}

/** Steps of an axis: 1, 2 or 5 times a power of ten, at most `count` of them. */
export function ticksUpTo(max: number, count = 5): number[] {
  if (max <= 0) return [0];
  const rough = max / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((times) => times * power).find((one) => max / one <= count) ?? 10 * power;
  const ticks = [];
  for (let tick = 0; tick < max + step; tick += step) ticks.push(tick);
  return ticks;
}

function useWidth(box: RefObject<HTMLElement | null>): number {
  const width = useSignal(0);
  useEffect(() => {
    if (!box.current) return;
    const observer = new ResizeObserver(([entry]) => (width.value = Math.floor(entry?.contentRect.width ?? 0)));
    observer.observe(box.current);
    return () => observer.disconnect();
  }, []);
  return width.value;
}

/** Pixels that the widest of the axis' labels takes; figures are all as wide as a nought. */
function widest(labels: string[], box: HTMLElement): number {
  const context = document.createElement("canvas").getContext("2d");
  if (!context) return 0;
  context.font = `11px ${getComputedStyle(box).fontFamily}`;
  return Math.ceil(Math.max(...labels.map((label) => context.measureText(label.replace(/\d/g, "0")).width))) + 2;
}

const height = 200;
const below = 22;
const above = 8;

export function BarChart({ title, bars, axis, columns }: {
  title: string; bars: Bar[]; axis: (value: number) => string;
  /** Headings of the table: what the bars are, and what their values. */
  columns: [string, string];
}) {
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const ticks = ticksUpTo(Math.max(...bars.map((bar) => bar.value), 0));
  const top = ticks.at(-1) || 1;
  const labels = ticks.map(axis);
  const left = box.current ? widest(labels, box.current) + 8 : 0;
  const room = Math.max(0, width - left);
  const each = room / Math.max(1, bars.length);
  const barWidth = Math.max(2, Math.min(40, each * 0.62));
  const y = (value: number): number => above + (height - below - above) * (1 - Math.max(0, value) / top);
  const every = Math.ceil(32 / Math.max(1, each));
  return (
    <figure class="chart">
      <div ref={box} class="chart-box">
        {width > 0 && (
          <svg width={width} height={height} role="img" aria-label={title}>
            {ticks.map((tick, index) => (
              <g key={tick}>
                <line x1={left} x2={width} y1={y(tick) + 0.5} y2={y(tick) + 0.5} class="grid-line" />
                <text x={left - 8} y={y(tick) + 4} class="axis" text-anchor="end">{labels[index]}</text>
              </g>
            ))}
            {bars.map((bar, index) => {
              const middle = left + each * (index + 0.5);
              return (
                <g key={bar.name} class="bar" data-strong={bar.strong ? "" : undefined} data-href={bar.href}
                  onClick={() => bar.href && navigate(bar.href)}>
                  <title>{`${bar.name}: ${bar.text}`}</title>
                  <rect class="hit" x={left + each * index} y={0} width={each} height={height - below} />
                  <rect class="fill" x={middle - barWidth / 2} y={y(bar.value)} width={barWidth} rx={2}
                    height={Math.max(bar.value > 0 ? 1 : 0, height - below - y(bar.value))} />
                  {(bars.length - 1 - index) % every === 0 && (
                    <text x={middle} y={height - 6} class="axis" text-anchor="middle">{bar.shortName}</text>
                  )}
                </g>
              );
            })}
          </svg>
        )}
      </div>
      <Figures title={title} columns={columns}>
        {bars.map((bar) => (
          <tr key={bar.name}>
            <th scope="row">{bar.href ? <a href={bar.href}>{bar.name}</a> : bar.name}</th>
            <td class="amount">{bar.text}</td>
          </tr>
        ))}
      </Figures>
    </figure>
  );
}

function Figures({ title, columns, children }: { title: string; columns: [string, string]; children: ComponentChildren }) {
  return (
    <details class="chart-figures">
      <summary>{t("chart.figures")}</summary>
      <table>
        <caption class="visually-hidden">{title}</caption>
        <thead><tr><th scope="col">{columns[0]}</th><th scope="col" class="amount">{columns[1]}</th></tr></thead>
        <tbody>{children}</tbody>
      </table>
    </details>
  );
}

export interface Ranked {
  key: string;
  name: ComponentChildren;
  value: number;
  text: ComponentChildren;
  tone?: string | undefined;
}

/** Names with their figures, and a bar below each that compares them. */
export function RankedBars({ rows, label }: { rows: Ranked[]; label: string }) {
  const top = Math.max(...rows.map((row) => row.value), 1);
  return (
    <ol class="ranked" aria-label={label}>
      {rows.map((row) => (
        <li key={row.key}>
          <span class="ranked-name">{row.name}</span>
          <span class="amount">{row.text}</span>
          <span class="ranked-bar" data-tone={row.tone} style={{ width: `${Math.max(0.5, (100 * Math.max(0, row.value)) / top)}%` }} />
        </li>
      ))}
    </ol>
  );
}
