export default function Screen() {
  return <p>backups</p>;
}
