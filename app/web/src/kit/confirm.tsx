import type { ComponentChildren } from "preact";
import { useAction } from "../core/action";
import { t } from "../core/i18n";
import { Button } from "./button";
import { Dialog } from "./dialog";
import { Fault } from "./fault";

/** Before what cannot be taken back. Stays open, with the reason, when the server refuses. */
export function Confirm({ title, text, act, children, onClose, run }: {
  title: string; text?: string; act: string; children?: ComponentChildren;
  onClose: () => void; run: () => Promise<unknown>;
}) {
  const doing = useAction(async () => {
    await run();
    onClose();
  });
  return (
    <Dialog
      title={title}
      onClose={onClose}
      onSubmit={() => void doing.run()}
      footer={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button type="submit" look="danger" busy={doing.busy.value}>{act}</Button>
        </>
      }
    >
      {text && <p>{text}</p>}
      {children}
      <Fault error={doing.error.value} />
    </Dialog>
  );
}
