export default function Screen({ parts }: { parts: Record<string, string> }) {
  return <p>list_screen {parts["collection"]} {parts["id"]}</p>;
}
