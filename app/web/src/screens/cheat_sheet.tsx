import { keyLabel, scopes, singleKeys } from "../core/keys";
import { t } from "../core/i18n";
import { Dialog } from "../kit/dialog";

/** Every key that works where she is. */
export default function CheatSheet({ onClose }: { onClose: () => void }) {
  const shown = scopes.value.filter((scope) => scope.name !== "keys.dialog");
  return (
    <Dialog title={t("nav.keys")} onClose={onClose} wide>
      {!singleKeys.value && <p class="quiet">{t("keys.single_off")}</p>}
      <div class="keys-scopes">
        {shown.map((scope) => (
          <section key={scope.name}>
            <h3>{t(scope.name)}</h3>
            <dl class="keys">
              {scope.shortcuts.filter((one) => !one.hidden).map((one) => (
                <div key={one.keys}>
                  <dt>{t(one.label)}</dt>
                  <dd>{one.keys.split(" ").map((part) => <kbd key={part}>{keyLabel(part)}</kbd>)}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
