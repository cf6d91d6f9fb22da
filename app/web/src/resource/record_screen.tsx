export default function Screen({ parts }: { parts: Record<string, string> }) {
  return <p>record_screen {parts["collection"]} {parts["id"]}</p>;
}
