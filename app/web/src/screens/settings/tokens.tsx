import { useSignal } from "@preact/signals";
import { collectionName, actName, flagName } from "../../core/access_words";
import { get, query, remove } from "../../core/api";
import { t } from "../../core/i18n";
import { useLoad } from "../../core/load";
import type { Act, Id, Page as Rows } from "../../core/model";
import { withStepUp } from "../../core/step_up";
import { toast } from "../../core/toasts";
import { Button, LinkButton } from "../../kit/button";
import { Confirm } from "../../kit/confirm";
import { Loading } from "../../kit/loading";
import { Page } from "../../kit/page";
import { Empty } from "../../kit/states";
import { When } from "../../kit/when";
import { NewToken } from "./token_new";

export interface ApiToken {
  id: Id;
  name: string;
  email: string;
  hint: string;
  state: "active" | "expired" | "revoked" | "ended";
  scopes: string[];
  addresses: string[];
  created_at: string;
  expires_at: string;
  last_used_at: string | null;
  revoked_at: string | null;
}

/** "orders:*" as people say it. */
export function scopeName(scope: string): string {
  const [collection = "", act] = scope.split(":");
  if (act === undefined) return flagName(scope);
  const what = act === "*" ? t("tokens.every_act") : actName(act as Act);
  return `${collection === "*" ? t("tokens.every_collection") : collectionName(collection)}: ${what}`;
}

function Row({ token, revoke }: { token: ApiToken; revoke: (token: ApiToken) => void }) {
  const isActive = token.state === "active";
  return (
    <li class="line">
      <div>
        <strong>{token.name}</strong> <code>…{token.hint}</code>
        <span class="chip" data-tone={isActive ? "ok" : undefined}>{t(`tokens.state.${token.state}`)}</span>
        <p class="quiet">
          {token.scopes.length ? token.scopes.map(scopeName).join(", ") : t("tokens.all_rights")}
          {token.addresses.length > 0 && <>{" · "}{t("tokens.only_from", { addresses: token.addresses.join(", ") })}</>}
        </p>
        <p class="quiet">
          {token.last_used_at ? <>{t("tokens.used")} <When at={token.last_used_at} /></> : t("tokens.never_used")}
          {isActive && <>{" · "}{t("tokens.expires")} <When at={token.expires_at} /></>}
        </p>
      </div>
      {isActive && (
        <Button look="danger" icon="ban" aria-label={t("tokens.revoke_named", { name: token.name })} onClick={() => revoke(token)}>
          {t("tokens.revoke")}
        </Button>
      )}
    </li>
  );
}

/** Tokens of one user: her own, or (with the right `users`) another's. */
export function TokenList({ user }: { user?: Id }) {
  const tokens = useLoad((abort) => get<Rows<ApiToken>>(`/api/v1/tokens${query({ user, limit: 100 })}`, abort));
  const revoking = useSignal<ApiToken | undefined>(undefined);
  const one = revoking.value;
  const add = user ? null : <LinkButton href="/settings/tokens/new" icon="plus">{t("tokens.new")}</LinkButton>;
  return (
    <>
      <Loading of={tokens} lines={3} height={48}>
        {({ data }) => data.length ? (
          <ul class="lines">{data.map((token) => <Row key={token.id} token={token} revoke={(which) => (revoking.value = which)} />)}</ul>
        ) : user ? <p class="quiet">{t("tokens.none")}</p> : (
          <Empty icon="key-round" title={t("tokens.none")} text={t("tokens.none_text")}>{add}</Empty>
        )}
      </Loading>
      {one && (
        <Confirm title={t("tokens.revoke_title", { name: one.name })} text={t("tokens.revoke_text")} act={t("tokens.revoke")}
          onClose={() => (revoking.value = undefined)}
          run={async () => {
            await withStepUp(() => remove(`/api/v1/tokens/${one.id}`));
            toast(t("tokens.revoked", { name: one.name }));
            await tokens.read();
          }} />
      )}
    </>
  );
}

export default function Tokens({ name }: { name: string | undefined }) {
  if (name === "new") return <NewToken />;
  return (
    <Page title={t("settings.tokens")} narrow
      actions={<LinkButton href="/settings/tokens/new" icon="plus">{t("tokens.new")}</LinkButton>}>
      <p class="quiet">{t("tokens.about")}</p>
      <TokenList />
    </Page>
  );
}
