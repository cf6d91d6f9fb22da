// Numbers and dates as people write them, told by whole columns.
#include <catch_amalgamated.hpp>

#include "crm/imports/cell_value.h"
#include "crm/imports/values/date_form.h"
#include "crm/imports/values/number_form.h"
#include "unit/crm/importing.h"

using namespace kontor;
using namespace kontor::crm;
using namespace kontor::test;

namespace {

std::string point(std::string_view text) {
  return plain_number(text, DecimalMark::point).value_or("refused");
}
std::string comma(std::string_view text) {
  return plain_number(text, DecimalMark::comma).value_or("refused");
}
std::string day(std::string_view text, DateOrder order = DateOrder::day_first) {
  return plain_date(text, order).value_or("refused");
}

const std::string k_products = "SKU,Name,Currency,Price\n";

}  // namespace

TEST_CASE("a cell says what its decimal mark is, or that it can be either") {
  CHECK(number_hint("12") == NumberHint::none);
  CHECK(number_hint("n/a") == NumberHint::none);
  CHECK(number_hint("12.5") == NumberHint::point);
  CHECK(number_hint("1,234.56") == NumberHint::point);
  CHECK(number_hint("1,234,567") == NumberHint::point);
  CHECK(number_hint("12,5") == NumberHint::comma);
  CHECK(number_hint("1.234,56 €") == NumberHint::comma);
  CHECK(number_hint("1.234.567 ₫") == NumberHint::comma);
  CHECK(number_hint("1 234,567") == NumberHint::comma);
  CHECK(number_hint("0.125") == NumberHint::point);
  CHECK(number_hint("1.234") == NumberHint::either_point);
  CHECK(number_hint("1,234") == NumberHint::either_comma);
}

TEST_CASE("marks between thousands must part groups of three") {
  CHECK(point("1,234.56") == "1234.56");
  CHECK(comma("1.234,56") == "1234.56");
  CHECK(comma("1\xC2\xA0"
              "234,5 kr") == "1234.5 kr");
  CHECK(comma("1.234.567") == "1234567");
  CHECK(point("$ 1'000.50") == "$ 1000.50");
  CHECK(point(".5") == "0.5");
  CHECK(point("-12.5") == "-12.5");
  CHECK(point("12,34.5") == "refused");
  CHECK(comma("12.5") == "refused");
  CHECK(point("1.2.3") == "refused");
  CHECK(point("1234,567.0") == "refused");
}

TEST_CASE("a date says in which order it stands, or that it can be either") {
  CHECK(date_hint("2026-12-31") == DateHint::none);
  CHECK(date_hint("31/12/2026") == DateHint::day_first);
  CHECK(date_hint("12/31/2026 10:00 PM") == DateHint::month_first);
  CHECK(date_hint("3.4.2026") == DateHint::day_first);
  CHECK(date_hint("03/04/2026") == DateHint::either);
  CHECK(date_hint("05/05/2026") == DateHint::none);
  CHECK(date_hint("31/31/2026") == DateHint::none);
}

TEST_CASE("dates in other forms are the same days") {
  CHECK(day("03/04/2026") == "2026-04-03");
  CHECK(day("03/04/2026", DateOrder::month_first) == "2026-03-04");
  CHECK(day("3.4.2026", DateOrder::month_first) == "2026-04-03");
  CHECK(day("2026/4/3 23:59:59+0800") == "2026-04-03");
  CHECK(day("31 Dec 2026") == "2026-12-31");
  CHECK(day("December 31, 2026") == "2026-12-31");
  CHECK(day("31/02/2026") == "refused");
  CHECK(day("31/12/26") == "refused");
  CHECK(day("2009\\7\\14 22:14:45+0800") == "refused");
  CHECK(day("03/04/2026 soon") == "refused");
}

TEST_CASE("times keep their zone; without one they are UTC") {
  const auto at = [](std::string_view text) {
    return plain_instant(text, DateOrder::day_first).value_or("refused");
  };
  CHECK(at("15/07/2009 02:14:45+0800") == "2009-07-15T02:14:45+08:00");
  CHECK(at("2009-07-15 2:05 PM") == "2009-07-15T14:05:00Z");
  CHECK(at("2009-07-15T12:00:00.250Z") == "2009-07-15T12:00:00.250Z");
  CHECK(at("2009-07-15") == "2009-07-15T00:00:00Z");
  CHECK(at("2009-07-15 25:00") == "refused");
}

TEST_CASE("amounts may name their currency, which must be that of the record") {
  const auto price = [](std::string_view text, std::string_view currency) {
    const model::Field& field =
        Firm::entity("orders").fields[*model::find_field(Firm::entity("orders"), "shipping")];
    const model::Decoded decoded = cell_value(field, text, currency);
    return decoded.error ? decoded.error->code
                         : std::to_string(std::get<std::int64_t>(decoded.value));
  };
  CHECK(price("$12.50", "USD") == "1250");
  CHECK(price("12.50 €", "EUR") == "1250");
  CHECK(price("VND 25000", "VND") == "25000");
  CHECK(price("25000đ", "VND") == "25000");
  CHECK(price("12.50 €", "USD") == "currency_mismatch");
  CHECK(price("12.50 EUR", "USD") == "currency_mismatch");
}

TEST_CASE("a column's decimal mark is told by all of its cells") {
  Importing firm;
  const auto report =
      firm.import("products", "SKU;Name;Currency;Price\na;A;USD;1.234\nb;B;USD;1.234,56\n");
  CHECK(report.created == 2);
  CHECK(firm.number("SELECT price FROM products WHERE sku = 'a'") == 1'234'000'000);
  CHECK(firm.number("SELECT price FROM products WHERE sku = 'b'") == 1'234'560'000);
}

TEST_CASE("an amount that can be two things is not guessed, but settled by an option") {
  Importing firm;
  const std::string file = k_products + "a,A,USD,1.234\n";
  const auto refused = firm.try_import("products", file);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().kind == "ambiguous_numbers");
  CHECK(refused.error().message.find("\"Price\"") != std::string::npos);
  CHECK(refused.error().hint.find("--decimal") == 0);
  CHECK(firm.count("products") == 0);
  ImportOptions options;
  options.reading.decimal = "comma";
  CHECK(firm.import("products", file, "", options).created == 1);
  CHECK(firm.number("SELECT price FROM products") == 1'234'000'000);
}

TEST_CASE("where a currency has no decimals a mark before three digits parts thousands") {
  Importing firm;
  CHECK(firm.import("products", k_products + "a,A,VND,25.000\nb,B,VND,1500\n").created == 2);
  CHECK(firm.number("SELECT price FROM products WHERE sku = 'a'") == 250'000'000);
}

TEST_CASE("a column that mixes decimal marks is refused with both cells") {
  Importing firm;
  const auto refused = firm.try_import("products", k_products + "a,A,USD,1.5\nb,B,USD,\"2,5\"\n");
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().kind == "mixed_numbers");
  CHECK(refused.error().message.find("row 2") != std::string::npos);
  CHECK(refused.error().message.find("row 3") != std::string::npos);
}

TEST_CASE("the order of day and month is told by all dates of a column, else asked for") {
  Importing firm;
  const std::string head = "Last name,Birthday\n";
  CHECK(firm.import("contacts", head + "A,03/04/1990\nB,25/12/1990\n").created == 2);
  CHECK(firm.number("SELECT count(*) FROM contacts WHERE birthday = '1990-04-03'") == 1);
  const auto refused = firm.try_import("contacts", head + "C,03/04/1990\n");
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().kind == "ambiguous_dates");
  CHECK(refused.error().hint.find("--dates") == 0);
  ImportOptions options;
  options.reading.dates = "mdy";
  CHECK(firm.import("contacts", head + "C,03/04/1990\n", "", options).created == 1);
  CHECK(firm.number("SELECT count(*) FROM contacts WHERE birthday = '1990-03-04'") == 1);
}

TEST_CASE("the error file has the cells as the file had them") {
  Importing firm;
  const auto report =
      firm.import("products", "SKU;Name;Currency;Price\na;;USD;1.234,56\nb;B;USD;2,5\n");
  CHECK(report.failed == 1);
  CHECK(firm.errors.str().find("1.234,56") != std::string::npos);
}
