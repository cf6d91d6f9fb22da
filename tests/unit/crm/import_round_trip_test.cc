// What came in goes out and comes in again, and nothing has changed.
#include <set>

#include <set>

#include "base/fold.h"
#include "crm/exports/export_rows.h"
#include "crm/imports/csv.h"
#include "crm/imports/formula_guard.h"
#include "unit/crm/importing.h"
#include "unit/crm/shared_data.h"

using namespace kontor;
using namespace kontor::crm;
using namespace kontor::test;

namespace {

std::string exported(Importing& firm, std::string_view collection, ExportFormat format) {
  std::string text;
  const auto read = firm.database.store().read([&](store::ReadTx& tx) -> Result<void> {
    const auto rows = open_rows(tx, *Principal::program(),
                                whole_collection(Firm::entity(collection)), {.format = format});
    REQUIRE(rows.ok());
    (*rows)->begin(text);
    while ((*rows)->next(text)) continue;
    return {};
  });
  REQUIRE(read.ok());
  return text;
}

// The export of a collection, in both forms, is what the collection is.
void check_round_trip(Importing& firm, std::string_view collection) {
  const std::int64_t changes = firm.number("SELECT max(seq) FROM changes");
  const std::string before = exported(firm, collection, ExportFormat::jsonl);
  for (const ExportFormat format : {ExportFormat::csv, ExportFormat::jsonl}) {
    const auto again = firm.import(collection, exported(firm, collection, format));
    INFO(to_json(again));
    CHECK(again.unchanged == again.rows);
    CHECK(again.rows > 0);
  }
  CHECK(exported(firm, collection, ExportFormat::jsonl) == before);
  CHECK(firm.number("SELECT max(seq) FROM changes") == changes);
}

std::string csv_of(const std::vector<std::vector<std::string>>& rows) {
  std::string text;
  for (const auto& row : rows) append_csv_row(text, row);
  return text;
}

}  // namespace

TEST_CASE("the naughty strings come in as they are, and all come back") {
  Importing firm;
  const Json strings = *parse_json(read_text(shared_data("naughty-strings") / "blns.json"));
  std::vector<std::vector<std::string>> rows = {{"ID", "Name", "Notes"}};
  for (const Json& text : *strings.array())
    rows.push_back({"n" + std::to_string(rows.size()), "x", *text.string()});
  REQUIRE(rows.size() == 516);
  const auto report = firm.import("customers", csv_of(rows));
  CHECK(report.rows == 515);
  CHECK(report.created == 515);
  // What was taken is what was sent, but for blanks at the ends.
  std::set<std::string> sent;
  for (const auto& row : rows) sent.insert(std::string(kontor::trim(row[2])));
  const auto kept = firm.database.store().read([&](store::ReadTx& tx) -> Result<int> {
    store::Statement row = tx.prepare("SELECT notes FROM customers WHERE notes IS NOT NULL");
    int same = 0;
    while (row.step()) same += sent.count(std::string(row.text(0))) != 0 ? 1 : 0;
    return same;
  });
  CHECK(*kept == firm.number("SELECT count(*) FROM customers WHERE notes IS NOT NULL"));
  check_round_trip(firm, "customers");
}

TEST_CASE("the cells of csv-spectrum come in as they must be read, and come back") {
  for (const std::string name :
       {"comma_in_quotes", "empty", "empty_crlf", "escaped_quotes", "json", "newlines",
        "newlines_crlf", "quotes_and_newlines", "simple", "simple_crlf", "utf8"}) {
    INFO(name);
    Importing firm;
    const auto folder = shared_data("csv-spectrum");
    const Json expected = *parse_json(read_text(folder / "json" / (name + ".json")));
    const auto& first = *expected.array()->front().object();
    const std::string last = first.back().first;
    const std::string map = "{\"columns\": {" + to_text(Json(first.front().first)) +
                            ": \"external_id\", " + to_text(Json(last)) +
                            ": \"notes\"}, \"constants\": {\"name\": \"n\"}, \"rest\": \"ignore\"}";
    const auto report = firm.import("customers", read_text(folder / "csvs" / (name + ".csv")), "",
                                    {.map_json = map});
    CHECK(report.created == static_cast<std::int64_t>(expected.array()->size()));
    for (const Json& row : *expected.array()) {
      const std::string cell(trim(text(row, last)));
      const std::string quoted = [&] {
        std::string sql;
        for (const char c : cell) sql += c == '\'' ? std::string("''") : std::string(1, c);
        return sql;
      }();
      CHECK(
          firm.number("SELECT count(*) FROM customers WHERE replace(coalesce(notes, ''), char(13),"
                      " '') = replace('" +
                      quoted + "', char(13), '')") >= 1);
    }
    check_round_trip(firm, "customers");
  }
}

TEST_CASE("amounts, rates, dates, lines and money come back as they went") {
  Importing firm;
  firm.import("customers", "ID,Name,Phone\nc,=cmd,+84 90 123 45 67\n");
  firm.import("products",
              "SKU,Name,Currency,Price,Tax rate,Stock\np,P,KWD,1.2345,0.08,\nq,Q,USD,3.5,5%,7\n");
  firm.import("orders",
              "Order ID,Customer,Order date,Shipping,SKU,Quantity,Unit price,Tax rate\n"
              "1,c,2026-01-02,4.5,q,2.5,3.125,0.1\n1,,,,,,,\n2,c,2026-01-03,,q,1,2,\n");
  firm.import("payments", "Order ID,Amount,Reference,Paid at\n1,5,r1,2026-02-01T10:00:00Z\n");
  for (const std::string_view collection : {"customers", "products", "payments"})
    check_round_trip(firm, collection);
  check_round_trip(firm, "orders");
}

TEST_CASE("a telephone number with blanks is no formula; what could be reckoned with is guarded") {
  const auto guarded = [](std::string_view cell) {
    std::string out;
    append_guarded(out, cell);
    return out;
  };
  for (const std::string cell : {"+84 90 123 45 67", "+44 (20) 7946 0958", "+1 2345678"})
    CHECK(guarded(cell) == cell);
  for (const std::string cell : {"+1-555-0100-12", "+1234567 -1", "+1 23456/7", "+84 90 A1 45 67",
                                 "+1 555", "+ 84 90 123 45 67", "+1 234 567 890 123 456",
                                 "+1 cmd|' /C calc'!A0 123456", "-84 90 123 45 67"})
    CHECK(guarded(cell) == "'" + cell);
  for (const std::string cell : {"+84 90 123 45 67", "'+84 90 123 45 67", "''+84 90 123 45 67"})
    CHECK(unguarded(guarded(cell)) == cell);
}
