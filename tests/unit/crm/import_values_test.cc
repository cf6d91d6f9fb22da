// Columns find their fields, cells become values.
#include "crm/imports/cell_value.h"
#include "crm/imports/mapping.h"
#include "unit/crm/firm.h"

using namespace kontor;
using namespace kontor::crm;
using namespace kontor::test;

namespace {

const model::Field& field(std::string_view collection, std::string_view name) {
  const model::Entity& entity = Firm::entity(collection);
  return entity.fields[*model::find_field(entity, name)];
}

model::Value value(std::string_view collection, std::string_view name, std::string_view text,
                   std::string_view currency = "USD") {
  const model::Decoded decoded = cell_value(field(collection, name), text, currency);
  INFO(text);
  CHECK_FALSE(decoded.error);
  return decoded.value;
}

std::string refused(std::string_view collection, std::string_view name, std::string_view text,
                    std::string_view currency = "USD") {
  const model::Decoded decoded = cell_value(field(collection, name), text, currency);
  return decoded.error ? decoded.error->code : "accepted";
}

model::Value number(std::int64_t value) { return value; }
model::Value words(std::string text) { return model::Value(std::move(text)); }

Mapping mapped(std::string_view collection, const std::vector<std::string>& header,
               std::string_view map = "") {
  const auto rules = parse_mapping(map);
  REQUIRE(rules.ok());
  auto mapping = map_columns(Firm::entity(collection), header, rules->rows);
  REQUIRE(mapping.ok());
  return *mapping;
}

std::vector<std::string> targets(const Mapping& mapping) {
  std::vector<std::string> out;
  for (const auto& column : mapping.columns) out.push_back(column.target);
  return out;
}

}  // namespace

TEST_CASE("amounts in a file are in major units of their currency") {
  CHECK(value("orders", "shipping", "14.5") == number(1450));
  CHECK(value("orders", "shipping", "14.5", "KWD") == number(14500));
  CHECK(value("orders", "shipping", "125000", "VND") == number(125000));
  CHECK(value("products", "price", "14") == number(14'000'000));
  CHECK(value("products", "price", "0.000125") == number(125));
  CHECK(refused("orders", "shipping", "14.555") == "invalid_number");
  CHECK(refused("orders", "shipping", "0.5", "VND") == "invalid_number");
  CHECK(refused("orders", "shipping", "-1") == "out_of_range");
  CHECK(refused("orders", "shipping", "ten") == "invalid_number");
}

TEST_CASE("dates may carry a time, which never moves the day") {
  CHECK(value("orders", "order_date", "1996-07-04") == words("1996-07-04"));
  CHECK(value("orders", "order_date", "1996-07-04 23:59:59.999") == words("1996-07-04"));
  CHECK(value("orders", "order_date", "1996-07-04T00:00:00") == words("1996-07-04"));
  CHECK(refused("orders", "order_date", "04/07/1996") == "invalid_date");
  CHECK(refused("orders", "order_date", "1996-02-30 00:00:00") == "invalid_date");
  CHECK(refused("orders", "order_date", "1996-07-04 soon") == "invalid_date");
}

TEST_CASE("rates are fractions or per cent") {
  CHECK(value("products", "tax_rate", "0.05") == number(50'000));
  CHECK(value("products", "tax_rate", "5%") == number(50'000));
  CHECK(value("products", "tax_rate", "12.5 %") == number(125'000));
  CHECK(refused("products", "tax_rate", "5") == "out_of_range");
  CHECK(refused("products", "tax_rate", "101%") == "out_of_range");
}

TEST_CASE("yes is yes in every spelling, and choices are found in any case") {
  for (const std::string_view yes : {"1", "yes", "Yes", "TRUE", "y"})
    CHECK(value("products", "track_stock", yes) == number(1));
  for (const std::string_view no : {"0", "No", "false", "n"})
    CHECK(value("products", "track_stock", no) == number(0));
  CHECK(refused("products", "track_stock", "maybe") == "invalid_boolean");
  CHECK(value("orders", "status", "On hold") == words("on_hold"));
  CHECK(refused("orders", "status", "lost") == "invalid_choice");
}

TEST_CASE("tags stand with commas between them; blanks at the ends of a cell do not count") {
  CHECK(value("customers", "tags", "vip, berlin,,") == words(R"(["vip","berlin"])"));
  CHECK(value("customers", "name", "  Acme  ") == words("Acme"));
  CHECK(value("customers", "address.postal_code", "00123") == words("00123"));
  CHECK(model::is_null(value("customers", "name", "   ")));
}

TEST_CASE("headers are found by name, label and alias, whatever their case and punctuation") {
  const Mapping mapping =
      mapped("customers", {"Company_Name", "E-MAIL", "Region", "PostalCode", "Fax", "CustomerID"});
  CHECK(targets(mapping) == std::vector<std::string>{"name", "email", "address.state",
                                                     "address.postal_code", "", "external_id"});
}

TEST_CASE("of two columns for one field the first has it") {
  CHECK(targets(mapped("customers", {"Name", "Company name"})) ==
        std::vector<std::string>{"name", ""});
}

TEST_CASE("the very name of a field is that field, whatever alias it is of another") {
  CHECK(targets(mapped("customers", {"name", "company_name"})) ==
        std::vector<std::string>{"name", "company_name"});
  CHECK(targets(mapped("customers", {"id", "company_name"})).back() == "name");
  CHECK(targets(mapped("customers", {"Company"})) == std::vector<std::string>{"name"});
}

TEST_CASE("a file cannot set what the server derives") {
  CHECK(targets(mapped("orders", {"Total", "Paid", "Payment status", "Subtotal"})) ==
        std::vector<std::string>(4));
  CHECK(mapped("orders", {"Number"}).columns[0].target == "external_id");
}

TEST_CASE("a map overrides what the header suggests, and can leave a column out") {
  const Mapping mapping =
      mapped("customers", {"Kunde", "Name", "Ort"}, R"({"Kunde": "name", "Ort": "address.city"})");
  CHECK(targets(mapping) == std::vector<std::string>{"name", "", "address.city"});
  CHECK(targets(mapped("customers", {"Name", "Phone"}, R"({"Phone": null})")) ==
        std::vector<std::string>{"name", ""});
}

TEST_CASE("a map that names what is not there is refused, with the nearest name") {
  auto wrong = map_columns(Firm::entity("customers"), {"Name"},
                           parse_mapping(R"({"Name": "nmae", "X": "name"})")->rows);
  REQUIRE_FALSE(wrong.ok());
  CHECK(faults(wrong.error()) ==
        std::vector<std::string>{"/Name:unknown_field", "/X:unknown_column"});
  CHECK(wrong.error().message.find("did you mean name") != std::string::npos);
  CHECK_FALSE(parse_mapping("[]").ok());
  CHECK_FALSE(parse_mapping(R"({"Name": 1})").ok());
}

TEST_CASE("columns that every row needs are missed before a row is read") {
  const auto check = [](std::string_view collection, const std::vector<std::string>& header) {
    auto checked = check_columns(Firm::entity(collection), mapped(collection, header));
    return checked.ok() ? std::vector<std::string>{} : faults(checked.error());
  };
  CHECK(check("customers", {"Phone"}) == std::vector<std::string>{"/name:required"});
  CHECK(check("products", {"Name", "ProductID"}).empty());
  CHECK(check("products", {"Name"}) == std::vector<std::string>{"/sku:required"});
  CHECK(check("orders", {"OrderID"}) ==
        std::vector<std::string>{"/customer_id:required", "/order_date:required"});
  CHECK(check("contacts", {"Full name"}).empty());
}
