import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./bundle.mjs";

const { backupVerdict, proofVerdict } = await load("core/backup_state.ts");
const { timeZones } = await load("core/time_zones.ts");
const { deviceName } = await load("core/user_agent.ts");
const { idIn } = await load("screens/settings/access.tsx");
const { nameFrom } = await load("screens/settings/role_editor.tsx");

const now = Date.parse("2026-11-21T20:00:00Z");
const nothing = { last_backup: null, last_proof: null, last_passed_proof: null, last_failure: null };
const backupAt = (at) => ({ file: "a", at, bytes: 1, rows: 1, duration_ms: 1, reason: "manual" });
const proofAt = (at, passed) => ({ file: "a", at, duration_ms: 1, rows: 1, passed, finding: passed ? "" : "broken" });

test("a backup is good for a day, and bad when there is none or the last attempt failed", () => {
  assert.equal(backupVerdict(nothing, now), "bad");
  assert.equal(backupVerdict({ ...nothing, last_backup: backupAt("2026-11-20T20:00:01.000Z") }, now), "good");
  assert.equal(backupVerdict({ ...nothing, last_backup: backupAt("2026-11-20T19:59:59.000Z") }, now), "bad");
  const failed = { ...nothing, last_backup: backupAt("2026-11-21T03:00:00.000Z"), last_failure: { at: "2026-11-21T04:00:00.000Z", what: "disk full" } };
  assert.equal(backupVerdict(failed, now), "bad");
  assert.equal(backupVerdict({ ...failed, last_backup: backupAt("2026-11-21T05:00:00.000Z") }, now), "good");
});

test("a proof is good for a day; one that failed is bad, whatever passed before", () => {
  assert.equal(proofVerdict(nothing, now), "warn");
  const passed = proofAt("2026-11-21T03:00:00.000Z", true);
  assert.equal(proofVerdict({ ...nothing, last_proof: passed, last_passed_proof: passed }, now), "good");
  const old = proofAt("2026-11-20T03:00:00.000Z", true);
  assert.equal(proofVerdict({ ...nothing, last_proof: old, last_passed_proof: old }, now), "warn");
  assert.equal(proofVerdict({ ...nothing, last_proof: proofAt("2026-11-21T03:00:00.000Z", false), last_passed_proof: passed }, now), "bad");
});

test("time zones have their present names, each once, and the one she has", () => {
  const zones = timeZones("Mars/Olympus");
  assert.ok(zones.includes("Asia/Ho_Chi_Minh") && !zones.includes("Asia/Saigon"));
  assert.ok(zones.includes("UTC") && zones.includes("Mars/Olympus"));
  assert.equal(new Set(zones).size, zones.length);
});

test("browsers are called by the names that people know", () => {
  const chrome = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";
  assert.equal(deviceName(chrome), "Chrome, Windows");
  assert.equal(deviceName(`${chrome} Edg/142.0`), "Edge, Windows");
  assert.equal(deviceName("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 Version/18.0 Mobile/15E148 Safari/604.1"), "Safari, iPhone");
  assert.equal(deviceName("my-script 1.0"), "my-script 1.0");
});

test("a record is found in the address of its page", () => {
  const id = "01a1ff94-7267-7519-ab1d-f8307c555af1";
  assert.equal(idIn(`https://crm.example.com/orders/${id.toUpperCase()}?tab=1`), id);
  assert.equal(idIn(" nothing "), "nothing");
});

test("a role's lasting name comes from what it is called", () => {
  assert.equal(nameFrom("Phòng kho Đà Nẵng 2"), "phong-kho-da-nang-2");
  assert.equal(nameFrom("2. Kho (bản sao)"), "kho-ban-sao");
});
