export default function Screen() {
  return <p>audit</p>;
}
