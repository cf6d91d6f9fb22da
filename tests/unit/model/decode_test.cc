#include "model/decode.h"

#include <catch_amalgamated.hpp>

#include "base/json.h"
#include "model/encode.h"
#include "model/entities/customer.h"
#include "model/entities/order.h"
#include "model/entities/product.h"

using namespace kontor;
using namespace kontor::model;

namespace {

struct Applied {
  Record record;
  std::vector<FieldError> errors;

  std::string value(const Entity& entity, std::string_view field) const {
    const std::size_t index = *find_field(entity, field);
    return to_text(entity.fields[index], cell_of(record.values[index]));
  }
  // "pointer:code" of every error, in order.
  std::vector<std::string> faults() const {
    std::vector<std::string> out;
    for (const FieldError& error : errors) out.push_back(error.pointer + ":" + error.code);
    return out;
  }
};

Applied create(const Entity& entity, std::string_view json) {
  Applied applied{blank(entity), {}};
  apply(entity, *parse_json(json), Mode::create, applied.record, applied.errors);
  return applied;
}

Applied patch(const Entity& entity, Record record, std::string_view json) {
  Applied applied{std::move(record), {}};
  applied.record.version = 1;
  apply(entity, *parse_json(json), Mode::patch, applied.record, applied.errors);
  return applied;
}

using Faults = std::vector<std::string>;

}  // namespace

TEST_CASE("a new record begins with the fallbacks of its fields") {
  const Applied made = create(customer, R"({"name": "Acme"})");
  CHECK(made.errors.empty());
  CHECK(made.value(customer, "kind") == "company");
  CHECK(made.value(customer, "lifecycle") == "lead");
  CHECK(made.value(customer, "tags") == "[]");
  CHECK(made.value(customer, "email").empty());
}

TEST_CASE("every mistake of a body is reported at once, with its pointer") {
  const Applied made = create(customer, R"({"kind": "robot", "email": "nobody", "nickname": "x",
      "currency": "XXQ", "address": {"city": 5, "planet": "Mars"},
      "tags": "vip", "notes": false})");
  CHECK(made.faults() == Faults{"/kind:invalid_choice", "/email:invalid_email",
                                "/nickname:unknown_field", "/currency:invalid_currency",
                                "/address/city:wrong_type", "/address/planet:unknown_field",
                                "/tags:wrong_type", "/notes:wrong_type"});
}

TEST_CASE("a missing required field is named") {
  Applied made = create(customer, "{}");
  check_required(customer, made.record, made.errors);
  CHECK(made.faults() == Faults{"/name:required"});
}

TEST_CASE("a merge patch clears with null, keeps what it does not name, and reaches into groups") {
  const Record record = create(customer, R"({"name": "Acme", "phone": "123456",
      "address": {"city": "Hue", "street": "1 Le Loi"}})")
                            .record;
  const Applied patched =
      patch(customer, record, R"({"phone": null, "address": {"street": null}})");
  CHECK(patched.errors.empty());
  CHECK(patched.value(customer, "name") == "Acme");
  CHECK(patched.value(customer, "phone").empty());
  CHECK(patched.value(customer, "address.city") == "Hue");
  CHECK(patched.value(customer, "address.street").empty());

  const Applied cleared = patch(customer, record, R"({"address": null})");
  CHECK(cleared.errors.empty());
  CHECK(cleared.value(customer, "address.city").empty());
}

TEST_CASE("a required field cannot be cleared") {
  const Record record = create(customer, R"({"name": "Acme"})").record;
  CHECK(patch(customer, record, R"({"name": null})").faults() == Faults{"/name:required"});
  CHECK(patch(customer, record, R"({"name": ""})").faults() == Faults{"/name:required"});
}

TEST_CASE("a record that was read can be sent back: server-owned fields pass unchanged only") {
  const Record record =
      create(order, R"({"customer_id": "018f6b2e-0000-7000-8000-000000000001"})").record;
  CHECK(patch(order, record, R"({"status": "draft", "total": 0, "number": null})").errors.empty());
  CHECK(patch(order, record, R"({"status": "completed", "total": 1})").faults() ==
        Faults{"/status:read_only", "/total:read_only"});
}

TEST_CASE("numbers come as integers or exact decimal strings, never through floating point") {
  const Applied made =
      create(product, R"({"sku": "A", "name": "A", "price": 1999, "cost": "12.3456",
      "tax_rate": "0.08875", "stock_on_hand": 0.1, "reorder_point": "2"})");
  CHECK(made.errors.empty());
  CHECK(made.record.integer(product_field::price) == 19'990'000);
  CHECK(made.record.integer(product_field::cost) == 123'456);
  CHECK(made.record.integer(product_field::tax_rate) == 88'750);
  CHECK(made.record.integer(product_field::stock_on_hand) == 1'000);

  const Applied wrong = create(product, R"({"price": -1, "cost": "1.23456", "tax_rate": "8",
      "reorder_point": "abc", "stock_on_hand": 9999999999999999})");
  CHECK(wrong.faults() == Faults{"/price:out_of_range", "/cost:invalid_number",
                                 "/tax_rate:out_of_range", "/reorder_point:invalid_number",
                                 "/stock_on_hand:invalid_number"});
}

TEST_CASE("money is a whole number of minor units") {
  CHECK(create(order, R"({"discount": "5", "shipping": 1.5})").faults() ==
        Faults{"/discount:wrong_type", "/shipping:wrong_type"});
}

TEST_CASE("text is bounded in characters, not bytes, and holds no control characters") {
  std::string name;
  for (int i = 0; i < 200; ++i) name += "đ";
  CHECK(create(customer, R"({"name": ")" + name + R"("})").errors.empty());
  CHECK(create(customer, R"({"name": ")" + name + R"(x"})").faults() == Faults{"/name:too_long"});
  CHECK(create(customer, R"({"name": "a\nb"})").faults() == Faults{"/name:control_character"});
  CHECK(create(customer, R"({"name": "a", "notes": "a\nb"})").errors.empty());
}

TEST_CASE("lines are replaced as a whole; a line that gives its id keeps its other values") {
  Record record =
      create(order, R"({"lines": [{"name": "Tea", "unit_price": 500, "quantity": 3}]})").record;
  record.lines[0].id = *Uuid::parse("018f6b2e-0000-7000-8000-000000000009");
  record.lines[0].version = 1;
  const Applied patched = patch(order, record, R"({"lines": [
      {"id": "018f6b2e-0000-7000-8000-000000000009", "quantity": "1.5"},
      {"name": "Cup", "unit_price": 900}]})");
  CHECK(patched.errors.empty());
  REQUIRE(patched.record.lines.size() == 2);
  CHECK(patched.record.lines[0].text(line_field::name) == "Tea");
  CHECK(patched.record.lines[0].integer(line_field::quantity) == 15'000);
  CHECK(patched.record.lines[1].text(line_field::name) == "Cup");
  CHECK(patch(order, record, R"({"lines": [{"quantity": "x"}]})").faults() ==
        Faults{"/lines/0/quantity:invalid_number"});
}

TEST_CASE("the id of a new record may be the client's; the id of an old one does not change") {
  CHECK(create(customer, R"({"id": "018F6B2E-0000-7000-8000-000000000001", "name": "A"})")
            .record.id.text() == "018f6b2e-0000-7000-8000-000000000001");
  CHECK(create(customer, R"({"id": "17"})").faults() == Faults{"/id:wrong_type"});
  Record record = blank(customer);
  record.id = *Uuid::parse("018f6b2e-0000-7000-8000-000000000001");
  CHECK(patch(customer, record, R"({"id": "018f6b2e-0000-7000-8000-000000000002"})").faults() ==
        Faults{"/id:read_only"});
}

TEST_CASE("tags are trimmed and listed once") {
  const Applied made = create(customer, R"({"name": "A", "tags": [" vip ", "vip", "new"]})");
  CHECK(made.value(customer, "tags") == R"(["vip","new"])");
  CHECK(create(customer, R"({"tags": [""]})").faults() == Faults{"/tags:invalid_tag"});
}

TEST_CASE("what is written as text is read back as the same value") {
  for (const Field& field : product.fields) {
    const std::string_view text = field.kind == Kind::boolean      ? "true"
                                  : field.kind == Kind::rate       ? "0.081"
                                  : field.kind == Kind::unit_price ? "12.5"
                                  : field.kind == Kind::quantity   ? "-3.25"
                                                                   : "";
    const Decoded decoded = from_text(field, text);
    CHECK_FALSE(decoded.error);
    CHECK(to_text(field, cell_of(decoded.value)) == text);
  }
}

TEST_CASE("prices and quantities are shown as integers when whole, else as decimal strings") {
  std::string text;
  JsonWriter out(text);
  const Field price{.name = "price", .label = "Price", .kind = Kind::unit_price};
  out.begin_array();
  write_json(out, price, {.null = false, .integer = 19'990'000});
  write_json(out, price, {.null = false, .integer = 15'000});
  write_json(out, price, {});
  out.end_array();
  CHECK(text == R"([1999,"1.5",null])");
}
