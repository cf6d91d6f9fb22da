// RFC 7396 inside a record: what a patch says about members of objects.
#include <catch_amalgamated.hpp>

#include "base/limits.h"
#include "model/decode.h"
#include "model/entities/customer.h"

using namespace kontor;
using namespace kontor::model;

namespace {

std::string custom_after(std::string_view old, std::string_view patch) {
  Record record = blank(customer);
  std::vector<FieldError> errors;
  const std::size_t custom = *find_field(customer, "custom");
  record.values[custom] = std::string(old);
  record.version = 1;
  apply(customer, *parse_json(patch), Mode::patch, record, errors);
  return errors.empty() ? record.text(custom) : errors.front().pointer + ":" + errors.front().code;
}

}  // namespace

TEST_CASE("a patch of custom fields changes those it names, at any depth") {
  CHECK(custom_after(R"({"a":1,"b":2})", R"({"custom": {"b": 3}})") == R"({"a":1,"b":3})");
  CHECK(custom_after(R"({"a":1,"b":2})", R"({"custom": {"a": null}})") == R"({"b":2})");
  CHECK(custom_after(R"({"a":{"b":1,"c":2}})", R"({"custom": {"a": {"c": null, "d": [1]}}})") ==
        R"({"a":{"b":1,"d":[1]}})");
  CHECK(custom_after(R"({"a":[1,2]})", R"({"custom": {"a": [{"b": null}]}})") ==
        R"({"a":[{"b":null}]})");
  CHECK(custom_after(R"({"a":1})", R"({"custom": {"a": {"b": {"c": null}}}})") ==
        R"({"a":{"b":{}}})");
  CHECK(custom_after(R"({"a":1})", R"({"custom": {"nobody": null}})") == R"({"a":1})");
  CHECK(custom_after(R"({"a":1})", R"({"custom": {}})") == R"({"a":1})");
  CHECK(custom_after(R"({"a":1})", R"({"custom": null})") == "{}");
  CHECK(custom_after(R"({"a":1})", R"({"custom": [1]})") == "/custom:wrong_type");
}

TEST_CASE("custom fields that grow too large by a patch are refused") {
  const std::string half(limits::custom_bytes * 2 / 3, 'x');
  CHECK(custom_after(R"({"a":")" + half + R"("})", R"({"custom": {"b": ")" + half + R"("}})") ==
        "/custom:too_long");
}
