/** A picture of the sprite (src/icons.json lists what is in it); `label` only where no text says it. */
export function Icon({ name, label }: { name: string; label?: string }) {
  return (
    <svg class="icon" aria-hidden={label ? undefined : true} role={label ? "img" : undefined} aria-label={label}>
      <use href={`${ICONS}#${name}`} />
    </svg>
  );
}
