// What a list shows and what its address says are the same thing.
import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./bundle.mjs";

const { filtersOf, groupsOf, parseSearch, searchText, toggledSort, canSearch, parametersOf } = await load("resource/list/list_address.ts");
const parsed = (text) => parseSearch(new URLSearchParams(text));

test("filters, words and order are read from the server's own parameters", () => {
  assert.deepEqual(parsed("status[in]=draft,confirmed&total[gte]=5000&q=anna&sort=-total,number&customer_id=7"), {
    q: "anna",
    sort: [{ name: "total", descending: true }, { name: "number", descending: false }],
    filters: [
      { name: "status", op: "in", value: "draft,confirmed" },
      { name: "total", op: "gte", value: "5000" },
      { name: "customer_id", op: "eq", value: "7" },
    ],
  });
});

test("what belongs to the screen or to paging is no filter", () => {
  assert.deepEqual(parsed("view=all&peek=1&cursor=x&limit=5&trash=only").filters, []);
});

test("an address is written as people read it, and read back as it was", () => {
  const text = "q=caf%C3%A9%20%26%20bar&address.city[like]=Hu%E1%BA%BF&status[in]=draft,confirmed&sort=-total";
  assert.equal(searchText(parsed(text)), text);
  assert.equal(searchText(parsed("")), "");
});

test("equal lists have equal parameters, in whatever order they were chosen", () => {
  assert.deepEqual(parametersOf(parsed("b=2&a[ne]=1&q=x")), parametersOf(parsed("q=x&a[ne]=1&b=2")));
});

test("a field may be limited from both sides", () => {
  assert.equal(searchText(parsed("total[gte]=1&total[lte]=9")), "total[gte]=1&total[lte]=9");
});

test("a click sorts, a second turns, a third lets go", () => {
  const once = toggledSort([], "total", true, false);
  assert.deepEqual(once, [{ name: "total", descending: true }]);
  const twice = toggledSort(once, "total", true, false);
  assert.deepEqual(twice, [{ name: "total", descending: false }]);
  assert.deepEqual(toggledSort(twice, "total", true, false), []);
});

test("with Shift a key is added, turned and taken away, and there are never more than three", () => {
  const two = toggledSort([{ name: "a", descending: false }], "b", false, true);
  assert.deepEqual(two.map((one) => one.name), ["a", "b"]);
  assert.deepEqual(toggledSort(two, "a", false, true)[0], { name: "a", descending: true });
  assert.deepEqual(toggledSort(toggledSort(two, "b", false, true), "b", false, true).map((one) => one.name), ["a"]);
  const four = toggledSort([...two, { name: "c", descending: false }], "d", false, true);
  assert.deepEqual(four.map((one) => one.name), ["b", "c", "d"]);
});

test("a plain click on one of several keys sorts by it alone", () => {
  const two = [{ name: "a", descending: true }, { name: "b", descending: true }];
  assert.deepEqual(toggledSort(two, "b", true, false), [{ name: "b", descending: true }]);
});

test("punctuation alone is nothing to search for", () => {
  assert.equal(canSearch("--"), false);
  assert.equal(canSearch(" ế "), true);
  assert.equal(canSearch("7"), true);
});

test("filters of which one must hold are groups, numbered as they come; one alone is none", () => {
  const text = "any[1].status[in]=draft,on_hold&any[1].total[gte]=5&any[2].a=1&any[2].b=2&c=3";
  assert.equal(searchText(parsed(text)), text);
  assert.deepEqual(groupsOf(parsed(text).filters).map((group) => group.map((one) => one.name)), [["status", "total"], ["a", "b"], ["c"]]);
  assert.equal(searchText(parsed("any[4].a=1&any[4].b=2&any[2].c=3")), "any[1].a=1&any[1].b=2&c=3");
  assert.deepEqual(filtersOf([[{ name: "a", op: "eq", value: "1", group: 3 }]]), [{ name: "a", op: "eq", value: "1" }]);
});

test("custom fields keep what their names are made of", () => {
  const text = "any[1].custom.size%20(cm).x[gte]=5&any[1].custom.vip=true";
  assert.equal(parsed(text).filters[0].name, "custom.size (cm).x");
  assert.deepEqual(parsed(searchText(parsed(text))), parsed(text));
});
