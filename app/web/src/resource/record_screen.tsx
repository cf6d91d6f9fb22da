import { Lazy } from "../core/lazy";
import { CreateForm } from "./create_form";
import { resourceOf } from "./define";
import { beginRecord, RecordPage } from "./record/record_page";

/** Not waited for: frame and record in one go would keep a slow telephone busy for too long at a time. */
export async function begin({ collection = "", id = "new" }: Record<string, string>): Promise<void> {
  const resource = resourceOf(collection);
  if (resource && !resource.editor && id !== "new") beginRecord(collection, id);
}

/** A record's page, or the form for a new one ("new"). */
export default function Screen({ parts }: { parts: Record<string, string> }) {
  const collection = parts["collection"] ?? "";
  const id = parts["id"] === "new" ? undefined : parts["id"];
  const resource = resourceOf(collection);
  if (!resource) return null;
  if (resource.editor) return <Lazy load={resource.editor} props={{ id }} />;
  if (id === undefined) return <CreateForm resource={resource} />;
  return <RecordPage collection={collection} id={id} />;
}
