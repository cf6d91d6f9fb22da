/** The command palette; rendered while it is open. */
export default function Palette({ onClose }: { onClose: () => void }) {
  return <button type="button" onClick={onClose}>palette</button>;
}
