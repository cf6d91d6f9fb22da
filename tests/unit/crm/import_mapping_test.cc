// A mapping file says what the headers do not: words, parts, constants.
#include "crm/imports/mapping.h"
#include "unit/crm/importing.h"

using namespace kontor;
using namespace kontor::crm;
using namespace kontor::test;

namespace {

ImportOptions with_map(std::string map) { return {.map_json = std::move(map)}; }

std::vector<std::string> refused(std::string_view map) {
  const auto parsed = parse_mapping(map);
  return parsed.ok() ? std::vector<std::string>{} : faults(parsed.error());
}

// Faults that show only against a file.
std::vector<std::string> refused(std::string_view collection,
                                 const std::vector<std::string>& header, std::string_view map) {
  const auto parsed = parse_mapping(map);
  REQUIRE(parsed.ok());
  const auto mapped = map_columns(Firm::entity(collection), header, parsed->rows);
  return mapped.ok() ? std::vector<std::string>{} : faults(mapped.error());
}

std::string part(std::string_view text, std::size_t at, std::size_t parts, bool from_end = false) {
  return std::string(part_of(text, " ", at, parts, from_end));
}

}  // namespace

TEST_CASE("values stand for others, in any case; what is not known is an error of the row") {
  Importing firm;
  const auto report =
      firm.import("customers", "Kunde,Stufe\nA,Stammkunde\nB, interessent \nC,\nD,Feind\n", "",
                  with_map(R"({"columns": {"Kunde": "name", "Stufe": {"to": "lifecycle",
               "values": {"Stammkunde": "customer", "Interessent": "prospect"}}}})"));
  CHECK(report.created == 3);
  REQUIRE(report.errors.size() == 1);
  CHECK(report.errors[0].row == 5);
  CHECK(report.errors[0].column == "Stufe");
  CHECK(report.errors[0].code == "unknown_value");
  CHECK(firm.number("SELECT count(*) FROM customers WHERE name='A' AND lifecycle='customer'") == 1);
  CHECK(firm.number("SELECT count(*) FROM customers WHERE name='B' AND lifecycle='prospect'") == 1);
  CHECK(firm.number("SELECT count(*) FROM customers WHERE name='C' AND lifecycle='lead'") == 1);
  CHECK(firm.errors.str().find("D,Feind,5,") != std::string::npos);
}

TEST_CASE("other values can have one for all of them, or stay; an empty cell can say something") {
  Importing firm;
  firm.import("customers", "Name,Stage,Land\nA,x,\nB,customer,France\n", "",
              with_map(R"({"columns": {
                "Stage": {"to": "lifecycle", "values": {"x": "former"}, "unknown": "keep"},
                "Land": {"to": "address.country", "values": {}, "default": "elsewhere",
                         "empty": "Vietnam"}}})"));
  const auto found = [&](std::string_view where) {
    return firm.number("SELECT count(*) FROM customers WHERE " + std::string(where));
  };
  CHECK(found("name='A' AND lifecycle='former' AND address_country='Vietnam'") == 1);
  CHECK(found("name='B' AND lifecycle='customer' AND address_country='elsewhere'") == 1);
}

TEST_CASE("a column is taken apart, several are put together, and one text is for all rows") {
  Importing firm;
  firm.import(
      "contacts", "Who,Street,No,Code\nAda King Lovelace,High St,7,'007'\nCher,Low St,,8\n", "",
      with_map(
          R"({"columns": {"Who": {"to": ["first_name", "last_name"], "split": " ", "from": "end"},
                   "Code": {"to": "external_id", "trim": "'"}},
          "join": {"job_title": {"columns": ["Street", "No"], "with": " / "}},
          "constants": {"is_primary": "yes"}})"));
  const auto found = [&](std::string_view where) {
    return firm.number("SELECT count(*) FROM contacts WHERE is_primary = 1 AND " +
                       std::string(where));
  };
  CHECK(found("first_name='Ada King' AND last_name='Lovelace' AND job_title='High St / 7'") == 1);
  CHECK(found("first_name IS NULL AND last_name='Cher' AND job_title='Low St'") == 1);
  CHECK(firm.number("SELECT count(*) FROM external_ids WHERE key = '007'") == 1);
}

TEST_CASE("parts that are too many go to the last, or from the end to the first") {
  CHECK(part("a b c", 0, 2) == "a");
  CHECK(part("a b c", 1, 2) == "b c");
  CHECK(part("a b c", 0, 2, true) == "a b");
  CHECK(part("a b c", 1, 2, true) == "c");
  CHECK(part("a", 1, 2).empty());
  CHECK(part("a", 0, 2, true).empty());
  CHECK(part(" a  b ", 1, 2) == "b");
}

TEST_CASE("a column can have an order of days and a decimal mark of its own") {
  Importing firm;
  const std::string file = "SKU,Name,Price,Cost\na,A,\"1,234\",1.234\n";
  CHECK_FALSE(firm.try_import("products", file).ok());
  firm.import("products", file, "", with_map(R"({"columns": {
      "Price": {"to": "price", "decimal": "comma"},
      "Cost": {"to": "cost", "decimal": "point"}}})"));
  CHECK(firm.number("SELECT price FROM products") == 1'234'000);
  CHECK(firm.number("SELECT cost FROM products") == 1'234'000);
  firm.import("contacts", "Last name,Born\nA,03/04/1990\n", "",
              with_map(R"({"columns": {"Born": {"to": "birthday", "dates": "mdy"}}})"));
  CHECK(firm.number("SELECT count(*) FROM contacts WHERE birthday = '1990-03-04'") == 1);
}

TEST_CASE("rest: ignore leaves out every column that is not named") {
  Importing firm;
  const auto report = firm.import("customers", "Name,Phone\nA,+4930123456\n", "",
                                  with_map(R"({"columns": {"Name": "name"}, "rest": "ignore"})"));
  CHECK(report.unmapped == std::vector<std::string>{"Phone"});
}

TEST_CASE("a mapping for orders can say other things of the file of lines") {
  Importing firm;
  firm.import("customers", "ID,Name\nc,C\n");
  const auto report = firm.import(
      "orders", "Nr,Wer,Wann,N\n1,c,2026-01-02,x\n", "Nr,N,Menge,Einzel\n1,Chai,2,3.5\n",
      with_map(R"({"columns": {"Nr": "external_id", "Wer": "customer_id", "Wann": "order_date",
                               "N": "notes"},
                   "lines": {"columns": {"Nr": "external_id", "N": "line.name",
                             "Menge": "line.quantity", "Einzel": "line.unit_price"},
                             "constants": {"line.tax_rate": "10%"}}})"));
  CHECK(report.created == 1);
  CHECK(firm.number("SELECT total FROM orders") == 770);
}

TEST_CASE("a constant for lines makes no line of a row that has none") {
  Importing firm;
  firm.import("customers", "ID,Name\nc,C\n");
  const auto report =
      firm.import("orders",
                  "Order ID,Customer,Date,Status,Item name,Quantity,Unit price\n"
                  "1,c,2026-01-02,draft,,,\n,,,,Chai,1,2\n",
                  "", with_map(R"({"columns": {}, "constants": {"line.tax_rate": "0.1"}})"));
  CHECK(report.totals.at("lines") == 1);
}

TEST_CASE("every fault of a mapping is told by its key") {
  CHECK(refused("[]") == std::vector<std::string>{":wrong_type"});
  CHECK(refused("{") == std::vector<std::string>{":malformed"});
  CHECK(refused(R"({"Name": 7})") == std::vector<std::string>{"/Name:wrong_type"});
  CHECK(refused(R"({"columns": {"A/B": 7}})") ==
        std::vector<std::string>{"/columns/A~1B:wrong_type"});
  CHECK(refused(R"({"columns": {"A": {"too": "name"}}})") ==
        std::vector<std::string>{"/columns/A/too:unknown_field", "/columns/A/to:required"});
  CHECK(refused(R"({"columns": {}, "colums": {}})") ==
        std::vector<std::string>{"/colums:unknown_field"});
  CHECK(refused(R"({"columns": {"A": {"to": ["a", "b"]}}})") ==
        std::vector<std::string>{"/columns/A/split:required"});
  CHECK(refused(R"({"columns": {"A": {"to": "a", "split": ","}}})") ==
        std::vector<std::string>{"/columns/A/split:wrong_type"});
  CHECK(refused(R"({"columns": {"A": {"to": "a", "dates": "ymd", "decimal": "dot"}}})") ==
        std::vector<std::string>{"/columns/A/dates:invalid_choice",
                                 "/columns/A/decimal:invalid_choice"});
  CHECK(refused(R"({"columns": {"A": {"to": "a", "values": {"x": []}}}})") ==
        std::vector<std::string>{"/columns/A/values/x:wrong_type"});
  CHECK(refused(R"({"columns": {"A": {"to": "a", "default": "b"}}})") ==
        std::vector<std::string>{"/columns/A/values:required"});
  CHECK(
      refused(
          R"({"columns": {"A": {"to": "a", "values": {}, "default": "b", "unknown": "keep"}}})") ==
      std::vector<std::string>{"/columns/A/unknown:conflict"});
  CHECK(refused(R"({"columns": {}, "constants": {"name": null}})") ==
        std::vector<std::string>{"/constants/name:required"});
  CHECK(refused(R"({"columns": {}, "join": {"name": {"with": "-"}}})") ==
        std::vector<std::string>{"/join/name/columns:required"});
  CHECK(refused(R"({"columns": {}, "constants": {"": "x"}})") ==
        std::vector<std::string>{"/constants/:required"});
  CHECK(refused(R"({"columns": {}, "rest": "guss"})") ==
        std::vector<std::string>{"/rest:invalid_choice"});
  CHECK(refused(R"({"columns": {}, "lines": {"lines": {}}})") ==
        std::vector<std::string>{"/lines/lines:unknown_field"});
  CHECK(refused(R"({"columns": {}, "x": ")" + std::string(70'000, 'x') + "\"}") ==
        std::vector<std::string>{":too_long"});
}

TEST_CASE("fields, columns and targets of a mapping are held against the file") {
  const std::vector<std::string> header = {"A", "B"};
  CHECK(refused("customers", header, R"({"columns": {"A": "nmae"}})") ==
        std::vector<std::string>{"/columns/A:unknown_field"});
  CHECK(refused("customers", header, R"({"columns": {"C": "name"}})") ==
        std::vector<std::string>{"/columns/C:unknown_column"});
  CHECK(refused("customers", header, R"({"columns": {"A": "name", "B": "name"}})") ==
        std::vector<std::string>{"/columns/B:duplicate_target"});
  CHECK(refused("customers", header, R"({"columns": {"A": "name"}, "constants": {"name": "x"}})") ==
        std::vector<std::string>{"/constants/name:duplicate_target"});
  CHECK(refused("customers", header,
                R"({"columns": {}, "join": {"name": {"columns": ["A", "C"]}}})") ==
        std::vector<std::string>{"/join/name/columns:unknown_column"});
  CHECK(refused("customers", header, R"({"columns": {}, "constants": {"version": "1"}})") ==
        std::vector<std::string>{"/constants/version:unknown_field"});
}
