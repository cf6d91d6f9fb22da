import { useEffect, useRef } from "preact/hooks";
import { useAction } from "../../core/action";
import { get, query, remove } from "../../core/api";
import { exactInstant, relative } from "../../core/format";
import { t } from "../../core/i18n";
import { load } from "../../core/load";
import type { Id } from "../../core/model";
import { toast } from "../../core/toasts";
import { deviceName } from "../../core/user_agent";
import { Button } from "../../kit/button";
import { Fault } from "../../kit/fault";
import { Section } from "../../kit/page";
import { Failure, Skeleton } from "../../kit/states";

interface SessionRow {
  id: Id;
  current: boolean;
  created_at: string;
  seen_at: string;
  expires_at: string;
  address: string;
  user_agent: string;
}

const readOf = (user: Id | undefined) => (abort: AbortSignal) =>
  get<{ data: SessionRow[] }>(`/api/v1/sessions${query({ user })}`, abort);
const own = load(readOf(undefined));
export const readSessions = own.read;

function Row({ one, end }: { one: SessionRow; end: (one: SessionRow) => void }) {
  return (
    <li class="line">
      <div>
        <strong>{deviceName(one.user_agent)}</strong>
        {one.current && <span class="chip" data-tone="ok">{t("sessions.current")}</span>}
        <p class="quiet">
          {t("sessions.from", { address: one.address || t("sessions.local") })}
          {" · "}
          <time dateTime={one.seen_at} title={exactInstant(one.seen_at)}>{t("sessions.seen", { when: relative(one.seen_at) })}</time>
          {" · "}
          <time dateTime={one.expires_at} title={exactInstant(one.expires_at)}>{t("sessions.expires", { when: relative(one.expires_at) })}</time>
        </p>
      </div>
      {!one.current && (
        <Button icon="log-out" aria-label={t("sessions.end_named", { device: deviceName(one.user_agent) })}
          onClick={() => end(one)}>{t("sessions.end")}</Button>
      )}
    </li>
  );
}

/** Her own sessions; or, for who manages users, those of `user`. All but this one can be ended. */
export function SessionsSection({ user }: { user?: Id }) {
  const sessions = useRef(user ? load(readOf(user)) : own).current;
  useEffect(() => {
    void sessions.read();
    return sessions.stop;
  }, []);
  const rows = sessions.value.value?.data;
  const others = (rows ?? []).filter((one) => !one.current);
  const end = useAction(async (which: SessionRow[]) => {
    for (const one of which) await remove(`/api/v1/sessions/${one.id}${query({ user })}`);
    await sessions.read();
    toast(t("sessions.ended", { count: which.length }));
  });
  return (
    <Section id="sessions" title={t(user ? "users.sessions" : "profile.sessions")} text={user ? undefined : t("sessions.text")}
      actions={others.length > 1 && (
        <Button icon="log-out" busy={end.busy.value} onClick={() => void end.run(others)}>
          {t(user ? "sessions.end_all" : "sessions.end_others")}
        </Button>
      )}>
      {sessions.error.value ? <Failure error={sessions.error.value} retry={() => void sessions.read()} /> : null}
      {!rows && !sessions.error.value && <Skeleton lines={2} height={36} />}
      {rows?.length === 0 && <p class="quiet">{t("sessions.none")}</p>}
      {rows && <ul class="lines">{rows.map((one) => <Row key={one.id} one={one} end={(which) => void end.run([which])} />)}</ul>}
      <Fault error={end.error.value} />
    </Section>
  );
}
