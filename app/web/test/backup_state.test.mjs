import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./bundle.mjs";

const { alarmOf, archiveVerdict } = await load("core/backup_state.ts");

const now = Date.parse("2026-11-21T09:00:00Z");
const ago = (hours) => new Date(now - hours * 3_600_000).toISOString();
const proof = (hours, more = {}) => ({ file: "f", at: ago(hours), duration_ms: 1500, rows: 9, passed: true, finding: "", ...more });
const target = (more = {}) => ({ target: "dir:/mnt/usb", failures: 0, failing_since: null, next_try_at: null, error: "", ...more });

/** All is well, but for what is given. */
function kept({ status, archive, targets = [target()], archive_targets = [target()] } = {}) {
  return {
    data: [], job: null, targets, archive_targets,
    status: {
      last_backup: { file: "f", at: ago(6), closed: false }, last_failure: null, last_proof: proof(6), last_passed_proof: proof(6),
      last_archive_proof: proof(6), ...status,
    },
    archive: { on: true, since: ago(100), last_second: ago(0), behind_ms: 0, trouble: "", ...archive },
  };
}
const alarm = (what, since = ago(1000)) => alarmOf(kept(what), Date.parse(since), now);

test("where all is well there is no banner", () => assert.equal(alarm(), undefined));

test("each thing that is wrong has a banner of its own", () => {
  assert.equal(alarm({ status: { last_failure: { at: ago(1), what: "no room" } } }), "failed");
  assert.equal(alarm({ status: { last_proof: proof(1, { passed: false }) } }), "proof_failed");
  assert.equal(alarm({ status: { last_archive_proof: proof(6, { passed: false }) } }), "proof_failed");
  assert.equal(alarm({ archive: { trouble: "no room" } }), "archive");
  assert.equal(alarm({ archive: { behind_ms: 400_000 } }), "archive");
  assert.equal(alarm({ status: { last_backup: { at: ago(25), closed: false } } }), "stale");
  assert.equal(alarm({ status: { last_backup: null } }), "never");
  assert.equal(alarm({ targets: [target(), target({ failures: 9, failing_since: ago(1.1) })] }), "target");
  assert.equal(alarm({ archive_targets: [target({ failures: 9, failing_since: ago(1.1) })] }), "target");
  assert.equal(alarm({ status: { last_passed_proof: proof(27) } }), "proof_old");
  assert.equal(alarm({ status: { last_passed_proof: null } }), "proof_old");
});

test("what has just begun, or is proved elsewhere, is no alarm", () => {
  assert.equal(alarm({ status: { last_backup: null, last_passed_proof: null } }, ago(2)), undefined);
  assert.equal(alarm({ status: { last_backup: null, last_passed_proof: null } }, ago(25)), "never");
  assert.equal(alarm({ status: { last_passed_proof: proof(25) } }), undefined);
  assert.equal(alarm({ status: { last_backup: { at: ago(6), closed: true }, last_passed_proof: null } }), undefined);
  assert.equal(alarm({ targets: [target({ failures: 3, failing_since: ago(0.5) })] }), undefined);
  assert.equal(alarm({ archive: { on: false, since: null, last_second: null } }), undefined);
});

test("an archive is good once it has a base, and bad where it cannot be written", () => {
  assert.equal(archiveVerdict(kept().archive), "good");
  assert.equal(archiveVerdict(kept({ archive: { since: null } }).archive), "warn");
  assert.equal(archiveVerdict(kept({ archive: { on: false } }).archive), "warn");
  assert.equal(archiveVerdict(kept({ archive: { trouble: "no room" } }).archive), "bad");
});
