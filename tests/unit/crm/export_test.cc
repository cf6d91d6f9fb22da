#include <set>
#include <sstream>

#include "crm/exports/export_rows.h"
#include "crm/exports/postgresql.h"
#include "crm/imports/csv.h"
#include "crm/imports/formula_guard.h"
#include "store/long_read.h"
#include "unit/crm/firm.h"
#include "unit/crm/shared_data.h"

using namespace kontor;
using namespace kontor::crm;
using namespace kontor::test;

namespace {

std::string guarded(std::string_view cell) {
  std::string out;
  append_guarded(out, cell);
  return out;
}

std::string exported(Firm& firm, std::string_view collection, ExportFormat format,
                     const std::vector<std::pair<std::string, std::string>>& params = {}) {
  auto query = parse_list(firm.entity(collection), params, *Principal::program());
  REQUIRE(query.ok());
  if (params.empty()) query = whole_collection(firm.entity(collection));
  std::string text;
  const auto read = firm.database.store().read([&](store::ReadTx& tx) -> Result<void> {
    auto rows = open_rows(tx, *Principal::program(), *query, {.format = format});
    REQUIRE(rows.ok());
    (*rows)->begin(text);
    while ((*rows)->next(text)) continue;
    return {};
  });
  REQUIRE(read.ok());
  return text;
}

std::vector<std::vector<std::string>> table(const std::string& csv) {
  std::istringstream in(csv);
  CsvReader reader(in);
  std::vector<std::vector<std::string>> rows = {*reader.header()};
  while (auto row = reader.next()) {
    REQUIRE_FALSE(row->fault);
    rows.push_back(row->cells);
  }
  return rows;
}

std::string cell(const std::vector<std::vector<std::string>>& rows, std::size_t row,
                 std::string_view column) {
  for (std::size_t i = 0; i < rows[0].size(); ++i)
    if (rows[0][i] == column) return rows[row][i];
  FAIL("no column " << column);
  return "";
}

}  // namespace

TEST_CASE("what a spreadsheet would run as a formula is guarded; numbers and phones are not") {
  for (const char* cell :
       {"=1+1", "+1 555", "-a", "@SUM(A1)", "\tx", "\r=1", "+", "-", "--1", "-1-1"})
    CHECK(guarded(cell) == "'" + std::string(cell));
  for (const char* cell :
       {"", "a=1", "-12.5", "+84901234567", "-1", "12", "'tis", "O'Brien", " =1"})
    CHECK(guarded(cell) == cell);
}

TEST_CASE("a guard comes off again, whatever the cell was") {
  for (const char* cell :
       {"=1", "'=1", "''=1", "'", "''", "'a", "-5", "'-5", "", "+84901", "@", "'@"})
    CHECK(unguarded(guarded(cell)) == cell);
}

TEST_CASE("the naughty strings survive a file that is written and read") {
  const Json strings = *parse_json(read_text(shared_data("naughty-strings") / "blns.json"));
  std::vector<std::string> cells;
  for (const Json& text : *strings.array())
    if (text.string()->find('\0') == std::string::npos) cells.push_back(*text.string());
  REQUIRE(cells.size() > 400);
  for (const std::string& text : cells) {
    std::string csv = "a,b\r\n";
    append_csv_row(csv, {text, "end"});
    const auto rows = table(csv);
    REQUIRE(rows.size() == 2);
    CHECK(rows[1][0] == text);
    CHECK(rows[1][1] == "end");
  }
}

TEST_CASE("CSV has a column for each field, money in major units, and guards") {
  Firm firm("UTC", "KWD");
  firm.create("customers", R"({"name":"=cmd","notes":"two\nlines","tags":["a","b"]})");
  firm.create("products",
              R"({"sku":"P","name":"p","price":"1234.5","currency":"KWD","tax_rate":"0.08"})");
  const auto customers = table(exported(firm, "customers", ExportFormat::csv));
  REQUIRE(customers.size() == 2);
  CHECK(exported(firm, "customers", ExportFormat::csv).find(",'=cmd,") != std::string::npos);
  CHECK(cell(customers, 1, "name") == "=cmd");
  CHECK(cell(customers, 1, "notes") == "two\nlines");
  CHECK(cell(customers, 1, "tags") == R"(["a","b"])");
  CHECK(cell(customers, 1, "custom").empty());
  const auto products = table(exported(firm, "products", ExportFormat::csv));
  CHECK(cell(products, 1, "price") == "1.2345");  // minor units of a currency with three places
  CHECK(cell(products, 1, "tax_rate") == "0.08");
}

TEST_CASE("an order is a row for each line; the order itself stands in the first") {
  Firm firm;
  const Json customer = firm.create("customers", R"({"name":"A"})");
  const std::string id = *customer.find("id")->string();
  const auto line = [](int n) {
    return R"({"name":"l)" + std::to_string(n) + R"(","quantity":1,"unit_price":)" +
           std::to_string(n) + R"(,"tax_rate":"0"})";
  };
  firm.create("orders", R"({"customer_id":")" + id + R"(","currency":"USD","lines":[)" + line(1) +
                            "," + line(2) + "]}");
  firm.create("orders", R"({"customer_id":")" + id + R"(","currency":"USD","lines":[]})");
  const auto rows = table(exported(firm, "orders", ExportFormat::csv));
  REQUIRE(rows.size() == 4);
  CHECK(cell(rows, 1, "id") == cell(rows, 2, "id"));
  CHECK(cell(rows, 1, "customer_id") == id);
  CHECK(cell(rows, 1, "total") == "0.03");
  CHECK(cell(rows, 2, "total").empty());
  CHECK(cell(rows, 1, "line.name") == "l1");
  CHECK(cell(rows, 2, "line.name") == "l2");
  CHECK(cell(rows, 2, "line.unit_price") == "0.02");
  CHECK(cell(rows, 3, "line.name").empty());
}

TEST_CASE("JSON lines show a record as the API does, in the order and of the rows asked for") {
  Firm firm;
  const Json b = firm.create("customers", R"({"name":"B","lifecycle":"customer"})");
  firm.create("customers", R"({"name":"C","lifecycle":"lead"})");
  const Json a = firm.create("customers", R"({"name":"A","lifecycle":"customer"})");
  const auto text = exported(firm, "customers", ExportFormat::jsonl,
                             {{"lifecycle", "customer"}, {"sort", "name"}});
  CHECK(text == to_text(a) + "\n" + to_text(b) + "\n");
  CHECK(exported(firm, "customers", ExportFormat::csv, {{"fields", "name"}, {"sort", "name"}}) ==
        "id,name\r\n" + *a.find("id")->string() + ",A\r\n" + *b.find("id")->string() + ",B\r\n" +
            cell(table(exported(firm, "customers", ExportFormat::csv)), 2, "id") + ",C\r\n");
}

TEST_CASE("a long read sees the moment of its opening, while others write") {
  Firm firm;
  firm.create("customers", R"({"name":"A"})");
  auto read = firm.database.store().long_read(1'000);
  REQUIRE(read.ok());
  firm.create("customers", R"({"name":"B"})");
  const auto count = (*read)->run([](store::ReadTx& tx) -> Result<std::int64_t> {
    store::Statement row = tx.prepare("SELECT count(*) FROM customers");
    row.step();
    return row.integer(0);
  });
  CHECK(*count == 1);
}

TEST_CASE("how long the oldest read has been open is known while there is one") {
  Firm firm;
  store::Store& store = firm.database.store();
  CHECK(store.health().oldest_read_ms == 0);
  {
    const auto oldest = store.long_read(60'000);
    firm.clock.advance_ms(700);
    const auto newer = store.long_read(60'000);
    firm.clock.advance_ms(800);
    CHECK(store.health().oldest_read_ms == 1'500);
    const auto during = store.read([&](store::ReadTx&) -> Result<std::int64_t> {
      firm.clock.advance_ms(100);
      return store.health().oldest_read_ms;
    });
    CHECK(*during == 1'600);
  }
  CHECK(store.health().oldest_read_ms == 0);
  const auto short_one = store.read([&](store::ReadTx&) -> Result<std::int64_t> {
    firm.clock.advance_ms(30);
    return store.health().oldest_read_ms;
  });
  CHECK(*short_one == 30);
}

TEST_CASE("a script for PostgreSQL escapes what COPY would take for its own") {
  Firm firm;
  firm.create("customers",
              R"({"name":"back\\slash","notes":"tab\there\nand there","tags":["a \"b\"","c\\d"]})");
  std::string script;
  const std::vector<const model::Entity*> entities = {&firm.entity("customers")};
  const auto records = firm.database.store().read([&](store::ReadTx& tx) {
    return write_postgresql(tx, entities, [&](std::string_view piece) -> Result<void> {
      script += piece;
      return {};
    });
  });
  CHECK(*records == 1);
  CHECK(script.find("\tback\\\\slash\t") != std::string::npos);
  CHECK(script.find("tab\\there\\nand there") != std::string::npos);
  CHECK(script.find(R"({"a \\"b\\"","c\\\\d"})") != std::string::npos);
  CHECK(script.find("tags text[]") != std::string::npos);
  CHECK(script.find("REFERENCES") == std::string::npos);  // customers alone refer to nothing
  CHECK(script.ends_with("COMMIT;\n"));
}
