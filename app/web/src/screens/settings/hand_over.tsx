import { useSignal } from "@preact/signals";
import { useAction } from "../../core/action";
import { collectionName } from "../../core/access_words";
import { post } from "../../core/api";
import { t } from "../../core/i18n";
import { useLoad } from "../../core/load";
import { personName, readUsers, type User } from "../../core/people";
import { withStepUp } from "../../core/step_up";
import { Button } from "../../kit/button";
import { Dialog } from "../../kit/dialog";
import { Fault } from "../../kit/fault";
import { Field } from "../../kit/field";
import { Loading } from "../../kit/loading";

interface Reassigned {
  moved: number;
  done: boolean;
  left_count: number;
  left: { collection: string; id: string; reason: string }[];
}

/** Gives all that somebody holds to somebody else, some thousand records a call. */
export function HandOver({ from, onClose }: { from: User; onClose: () => void }) {
  const others = useLoad(async (abort) =>
    (await readUsers(abort)).filter((one) => one.id !== from.id && one.status === "active"));
  const to = useSignal("");
  const moved = useSignal(0);
  const result = useSignal<Reassigned | undefined>(undefined);
  const hand = useAction(async () => {
    moved.value = 0;
    for (;;) {
      const said = await withStepUp(() => post<Reassigned>(`/api/v1/users/${from.id}/reassign`, { to: to.value }));
      moved.value += said.moved;
      // What a rule holds back stays: without any progress another call would not help.
      if (said.done || !said.moved) {
        result.value = said;
        return;
      }
    }
  });
  const done = result.value;
  return (
    <Dialog title={t("users.hand_over_title", { who: personName(from) })} onClose={onClose}
      onSubmit={() => (done ? onClose() : void hand.run())}
      footer={done ? <Button type="submit" look="primary">{t("action.close")}</Button> : (
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button type="submit" look="primary" busy={hand.busy.value}
            disabledReason={to.value ? undefined : t("users.hand_over_choose")}>{t("users.hand_over")}</Button>
        </>
      )}>
      {!done && <p>{t("users.hand_over_about")}</p>}
      {!done && (
        <Loading of={others} lines={2}>
          {(users) => (
            <Field label={t("users.hand_over_to")} fault={hand.fault("to")}>
              {(tied) => (
                <select {...tied} class="input" value={to.value} onChange={(event) => (to.value = event.currentTarget.value)}>
                  <option value="">{t("users.hand_over_choose")}</option>
                  {users.map((one) => <option key={one.id} value={one.id}>{personName(one)}</option>)}
                </select>
              )}
            </Field>
          )}
        </Loading>
      )}
      <p role="status">
        {hand.busy.value && t("users.hand_over_busy", { count: moved.value })}
        {done && t("users.hand_over_done", { count: moved.value })}
      </p>
      {done && done.left_count > 0 && (
        <div>
          <p class="bad">{t("users.hand_over_left", { count: done.left_count })}</p>
          <ul class="plain-list">
            {done.left.map((one) => (
              <li key={one.id}><a href={`/${one.collection}/${one.id}`}>{collectionName(one.collection)}</a>: {one.reason}</li>
            ))}
          </ul>
        </div>
      )}
      {!hand.fault("to") && <Fault error={hand.error.value} />}
    </Dialog>
  );
}
