import { post, remove } from "../../core/api";
import { keepDraft } from "../../core/drafts";
import { t } from "../../core/i18n";
import type { AnyRecord, Id } from "../../core/model";
import { navigate } from "../../core/router";
import { toast } from "../../core/toasts";
import { resourceOf } from "../define";
import { draftKey } from "./state";

const told = (error: unknown): void => toast(error instanceof Error ? error.message : String(error), { kind: "failed" });

export async function restore(collection: string, id: Id): Promise<AnyRecord | undefined> {
  try {
    return await post<AnyRecord>(`/api/v1/${collection}/${id}/restore`);
  } catch (error) {
    told(error);
    return undefined;
  }
}

/** To the trash, at once; Undo brings it back. True where it went. */
export async function moveToTrash(collection: string, record: AnyRecord): Promise<boolean> {
  try {
    await remove(`/api/v1/${collection}/${record.id}`);
  } catch (error) {
    told(error);
    return false;
  }
  keepDraft(draftKey(collection, record.id), undefined);
  toast(t("record.trashed", { title: resourceOf(collection)?.titleOf(record) ?? "" }), {
    undo: async () => {
      if (await restore(collection, record.id)) navigate(`/${collection}/${record.id}`);
    },
  });
  return true;
}
