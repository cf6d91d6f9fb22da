export default function Setup() {
  return <p>setup</p>;
}
