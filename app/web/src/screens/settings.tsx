export default function Screen() {
  return <p>settings</p>;
}
