export default function Screen() {
  return <p>system</p>;
}
