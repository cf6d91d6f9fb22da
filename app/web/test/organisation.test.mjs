// What the first start expects from the browser, and what of the company is sent to be changed.
import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./bundle.mjs";

const { guess, currencyOf, countries } = await load("core/countries.ts");
const { createDraft, changesOf, rebase } = await load("screens/settings/company_draft.ts");

test("the clock says where a firm is, the languages decide between neighbours", () => {
  assert.deepEqual(guess("Asia/Saigon", ["en-US"]), { country: "VN", currency: "VND", timezone: "Asia/Ho_Chi_Minh" });
  assert.deepEqual(guess("Europe/Berlin", ["de-DE"]), { country: "DE", currency: "EUR", timezone: "Europe/Berlin" });
  assert.equal(guess("America/New_York", ["vi-VN"]).country, "US");
});

test("where the clock says nothing, the languages do", () => {
  assert.deepEqual(guess("UTC", ["vi"]), { country: "VN", currency: "VND", timezone: "UTC" });
  assert.equal(guess("Nowhere/Land", ["tlh"]).country, "US");
});

test("every country has a currency code", () => {
  for (const one of countries) assert.match(currencyOf(one), /^[A-Z]{3}$/);
});

const stored = {
  version: 3, updated_at: null, name: "Hoa Sen", address: { street: null, city: "Huế", state: null, postal_code: null }, country: "VN",
  tax_id: null, email: null, phone: null, currency: "VND", timezone: "UTC", language: null,
  origins: { name: "organisation", country: "default", currency: "kontor.toml:3", timezone: "default" },
};

test("only what differs is sent; what is emptied is taken back; what the operator has set is left alone", () => {
  const draft = createDraft(stored);
  assert.deepEqual(changesOf(draft, stored), {});
  draft.name.value = " ";
  draft["address.street"].value = "Lê Lợi 1 ";
  draft.currency.value = "EUR";
  assert.deepEqual(changesOf(draft, stored), { name: null, address: { street: "Lê Lợi 1" } });
  assert.deepEqual(changesOf(draft, stored, ["name"]), { name: null });
});

test("what somebody else changed is followed where nothing was typed", () => {
  const draft = createDraft(stored);
  draft.name.value = "Mine";
  rebase(draft, stored, { ...stored, version: 4, name: "Theirs", tax_id: "123" });
  assert.deepEqual([draft.name.value, draft.tax_id.value], ["Mine", "123"]);
});
