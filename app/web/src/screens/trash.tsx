export default function Screen() {
  return <p>trash</p>;
}
