import { archiveVerdict, type Archive, type ArchiveTarget, type Backups, type Tries } from "../../core/backup_state";
import { instant, integer } from "../../core/format";
import { t } from "../../core/i18n";
import { When } from "../../kit/when";
import { Light, seconds } from "./light";

function textOf({ on, trouble, since }: Archive): string {
  if (!on) return t("backups.archive_off");
  if (trouble) return t("backups.archive_failing");
  return since ? t("backups.archive_since", { when: instant(since) }) : t("backups.archive_begins");
}

/** What lies between backups: how far back moments come back, and how far behind it is. */
export function Archived({ archive }: { archive: Archive }) {
  const { on, trouble, since, behind_ms } = archive;
  return (
    <dl class="lights">
      <div>
        <dt>{t("backups.archive")}</dt>
        <dd>
          <Light verdict={archiveVerdict(archive)} text={textOf(archive)} />
          {!on && <p class="quiet">{t("backups.archive_off_text")}</p>}
          {trouble && <p class="bad">{trouble}</p>}
          {on && since && (
            <p class="quiet">
              {behind_ms < 1000 ? t("backups.archive_current") : t("backups.archive_behind", { time: seconds(behind_ms) })}
            </p>
          )}
        </dd>
      </div>
    </dl>
  );
}

function Failure({ of }: { of: Tries }) {
  if (!of.failures) return null;
  return (
    <>
      <p class="bad">{of.error}</p>
      <p class="quiet">
        {of.failing_since && <>{t("backups.failing_since")} <When at={of.failing_since} /></>}
        {of.next_try_at && <>{" · "}{t("backups.next_try", { when: instant(of.next_try_at) })}</>}
      </p>
    </>
  );
}

function ArchiveThere({ of }: { of: ArchiveTarget }) {
  const text = of.last_second ? t("backups.archive_there", { when: instant(of.last_second) }) : t("backups.archive_waits");
  return (
    <>
      <Light verdict={of.failures ? "bad" : of.last_second ? "good" : "warn"} text={text} />
      <Failure of={of} />
    </>
  );
}

/** Where backups and the archive are copied to: that they lie on another disk is half of what they are for. */
export function Targets({ all: { targets, archive_targets, archive } }: { all: Backups }) {
  if (!targets.length) return null;
  return (
    <dl class="lights">
      {targets.map((one) => {
        const archived = archive_targets.find(({ target }) => target === one.target);
        return (
          <div key={one.target}>
            <dt>{t("backups.copies", { target: one.target })}</dt>
            <dd>
              <Light verdict={one.failures ? "bad" : one.waiting ? "warn" : "good"}
                text={t("backups.copies_there", { count: one.delivered, all: integer(one.delivered + one.waiting) })} />
              <Failure of={one} />
              {archived && (archive.on || archived.last_second || archived.failures > 0) && <ArchiveThere of={archived} />}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}
