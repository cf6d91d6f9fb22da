export default function Screen() {
  return <p>import</p>;
}
