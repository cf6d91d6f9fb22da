#include "base/json_writer.h"

#include <catch_amalgamated.hpp>

#include "base/json.h"

using namespace kontor;
using namespace std::string_view_literals;

namespace {

std::string written(std::string_view value) {
  std::string out;
  JsonWriter(out).string(value);
  return out;
}

}  // namespace

TEST_CASE("the writer sets the commas") {
  std::string out;
  JsonWriter writer(out);
  writer.begin_object().key("a").integer(1).key("b").begin_array();
  writer.integer(-2).boolean(true).boolean(false).null().string("x").begin_object().end_object();
  writer.begin_array().end_array().raw(R"({"r":1})").end_array();
  writer.key("c").begin_object().key("d").null().end_object().key("e").string("").end_object();
  CHECK(out == R"({"a":1,"b":[-2,true,false,null,"x",{},[],{"r":1}],"c":{"d":null},"e":""})");
}

TEST_CASE("the smallest and the largest integer are written in full") {
  std::string out;
  JsonWriter(out).begin_array().integer(INT64_MIN).integer(INT64_MAX).end_array();
  CHECK(out == "[-9223372036854775808,9223372036854775807]");
}

TEST_CASE("strings are escaped where JSON asks for it and nowhere else") {
  CHECK(written("a\"b\\c\n\r\t\b\f\x01\x1F\x7F/") ==
        "\"a\\\"b\\\\c\\n\\r\\t\\b\\f\\u0001\\u001f\x7F/\"");
  CHECK(written("\0"sv) == R"("\u0000")");
  CHECK(written("Nguyễn Văn Đức ₫ 😀") == "\"Nguyễn Văn Đức ₫ 😀\"");
}

TEST_CASE("bytes that are not UTF-8 become U+FFFD, one for each") {
  CHECK(written("a\xFFz") == "\"a\xEF\xBF\xBDz\"");
  CHECK(written("\xC3") == "\"\xEF\xBF\xBD\"");
  CHECK(written("\xE1\xBA") == "\"\xEF\xBF\xBD\xEF\xBF\xBD\"");
  CHECK(written("\xED\xA0\x80"
                "ế") == "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBDế\"");
}

TEST_CASE("whatever bytes a string holds, the strict parser reads the result") {
  std::string every;
  for (int first = 1; first < 256; ++first) {
    every.push_back(static_cast<char>(first));
    every.push_back(static_cast<char>(first ^ 0x55 ? first ^ 0x55 : 1));
  }
  CHECK(parse_json(written(every)).ok());
}

TEST_CASE(
    "every byte is written alike wherever it stands among the eight that are looked at at once") {
  for (int byte = 0; byte < 256; ++byte) {
    const std::string alone = written(std::string(1, static_cast<char>(byte)));
    const std::string inner = alone.substr(1, alone.size() - 2);
    for (std::size_t at = 0; at < 20; ++at) {
      std::string text(20, 'x');
      text[at] = static_cast<char>(byte);
      CHECK(written(text) == '"' + std::string(at, 'x') + inner + std::string(19 - at, 'x') + '"');
    }
  }
}

TEST_CASE("plain strings are written as they are, with the commas of their place") {
  std::string out;
  JsonWriter writer(out);
  writer.begin_array().plain("a").plain("").begin_object().key("id").plain("b").end_object();
  writer.plain("c").end_array();
  CHECK(out == R"(["a","",{"id":"b"},"c"])");
}
