/** How a figure went lately; the figure itself stands beside it as text. */
export function Sparkline({ values, max }: { values: number[]; max?: number }) {
  if (values.length < 2) return <svg class="sparkline" viewBox="0 0 100 24" aria-hidden="true" />;
  const top = Math.max(max ?? 0, ...values) || 1;
  const x = (index: number): string => ((index / (values.length - 1)) * 100).toFixed(2);
  const y = (value: number): string => (23 - (value / top) * 22).toFixed(2);
  const line = values.map((value, index) => `${x(index)},${y(value)}`).join(" ");
  return (
    // Stretched to the room there is: there is no text in it, and the line keeps its width.
    <svg class="sparkline" viewBox="0 0 100 24" preserveAspectRatio="none" aria-hidden="true">
      <polygon points={`0,24 ${line} 100,24`} />
      <polyline points={line} />
    </svg>
  );
}
