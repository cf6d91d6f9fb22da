// Records of a whole export, as they were; and what is refused.
#include "crm/imports/restore_reader.h"

#include <catch_amalgamated.hpp>
#include <sstream>

#include "crm/exports/export_manifest.h"
#include "model/entities/order.h"
#include "model/entities/product.h"

namespace kontor::crm {
namespace {

constexpr std::string_view k_meta =
    R"("version":3,"created_by":null,"created_at":"2026-01-02T03:04:05.006Z",)"
    R"("updated_at":"2026-01-03T03:04:05.006Z")";

std::string order_json(std::string_view members) {
  return R"({"id":"0198f3a1-7c1e-7cc2-9d52-3f6f4d1a2b3c",)" + std::string(k_meta) +
         std::string(members) + "}\n";
}

// What a reader says of the first record; empty: nothing is wrong.
std::string fault(RestoreReader& reader) {
  model::Record record;
  const auto read = reader.next(record);
  return read.ok() ? "" : read.error().message;
}

std::string json_fault(std::string_view members) {
  std::istringstream file(order_json(members));
  return fault(*open_restored_json(file, model::order));
}

TEST_CASE("a record comes back with what is the server's own") {
  std::istringstream file(
      order_json(R"(,"number":"SO-2026-00007","status":"on_hold","total":1250,)"
                 R"("deleted_at":"2026-02-01T00:00:00.000Z","tags":["a"],"custom":{"x":"1"},)"
                 R"("lines":[{"id":"0198f3a1-7c1e-7cc2-9d52-3f6f4d1a2b3d","name":"Tea",)"
                 R"("quantity":"2.5","unit_price":"500.25","reserved":"2.5"}])"));
  const auto reader = open_restored_json(file, model::order);
  model::Record order;
  REQUIRE(*reader->next(order));
  CHECK(order.id.text() == "0198f3a1-7c1e-7cc2-9d52-3f6f4d1a2b3c");
  CHECK(order.version == 3);
  CHECK(order.updated_at_ms - order.created_at_ms == 86'400'000);
  CHECK(order.deleted_at_ms == 1'769'904'000'000);
  CHECK(order.text(model::order_field::number) == "SO-2026-00007");
  CHECK(order.integer(model::order_field::total) == 1250);
  REQUIRE(order.lines.size() == 1);
  CHECK(order.lines[0].id.text().ends_with("2b3d"));
  CHECK(order.lines[0].integer(model::line_field::unit_price) == 5'002'500);
  CHECK(order.lines[0].integer(model::line_field::reserved) == 25'000);
  CHECK_FALSE(*reader->next(order));
}

TEST_CASE("what would be lost or misread is refused with its field") {
  CHECK(json_fault("").empty());
  CHECK(json_fault(R"(,"hairdo":1)") == "hairdo: There is no such field here.");
  CHECK(json_fault(R"(,"total":1.5)").starts_with("total: "));
  CHECK(json_fault(R"(,"lines":{})").starts_with("lines: "));
  CHECK(json_fault(R"(,"lines":[{"name":"Tea"}])") == "lines: A line has no id.");
  CHECK(json_fault(R"(,"deleted_at":"yesterday")").starts_with("deleted_at: "));
  std::istringstream no_id("{\"version\":1}\n");
  CHECK(fault(*open_restored_json(no_id, model::order)) == "id: Is missing.");
  std::istringstream array("[]\n");
  CHECK(fault(*open_restored_json(array, model::order)) == "The line is no JSON object.");
}

TEST_CASE("CSV is read as it was written: amounts by their currency, names passed over") {
  std::istringstream file(
      "id;version;sku;name;price;currency;created_by;created_at;updated_at;deleted_at;tags\r\n"
      "0198f3a1-7c1e-7cc2-9d52-3f6f4d1a2b3c;2;A;\" '=x \";12.5;KWD;;2026-01-02T03:04:05.006Z;"
      "2026-01-02T03:04:05.006Z;;\r\n");
  const auto reader = open_restored_csv(file, ';', model::product);
  REQUIRE(reader.ok());
  model::Record product;
  REQUIRE(*(*reader)->next(product));
  CHECK((*reader)->line() == 2);
  CHECK(product.text(model::product_field::name) == " '=x ");
  CHECK(product.integer(model::product_field::price) == 125'000'000);  // three places, and four
  CHECK_FALSE(product.deleted_at_ms);
}

TEST_CASE("a CSV file that is not of a whole export is refused before its first row") {
  const auto refused = [](std::string_view header) {
    std::istringstream file{std::string(header) + "\r\n"};
    const auto reader = open_restored_csv(file, ',', model::product);
    return reader.ok() ? "" : reader.error().message;
  };
  CHECK(refused("id,version,sku").starts_with("created_by: The column is missing"));
  CHECK(refused("id,version,colour") == "colour: There is no such column here.");
}

TEST_CASE("a manifest is read as it is written, and nothing else is") {
  const ExportManifest written{.format = "csv",
                               .delimiter = '\t',
                               .program = "1.2.3",
                               .schema = 4,
                               .at_ms = 1'769'904'000'000,
                               .currency = "VND",
                               .country = "VN",
                               .timezone = "Asia/Ho_Chi_Minh",
                               .series = {{"SO", "2026", 42}},
                               .files = {{"orders.csv", "orders", "ab", 830, 12'345}}};
  const std::string text = to_json(written);
  const auto read = parse_manifest(text);
  REQUIRE(read.ok());
  CHECK(to_json(*read) == text);
  const auto is_refused = [&](std::string_view what, std::string_view by) {
    std::string other = text;
    other.replace(other.find(what), what.size(), by);
    return !parse_manifest(other).ok();
  };
  CHECK(is_refused("\"manifest\":1", "\"manifest\":2"));
  CHECK(is_refused("\"orders.csv\"", "\"../orders.csv\""));
  CHECK(is_refused("\"orders.csv\"", "\".hidden\""));
  CHECK(is_refused("\"next\":42", "\"next\":0"));
  CHECK(is_refused("\"csv\"", "\"xlsx\""));
  CHECK(is_refused("\"settings\"", "\"sittings\""));
  CHECK(is_refused("{", "["));
}

}  // namespace
}  // namespace kontor::crm
