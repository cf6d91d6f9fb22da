#include "base/json.h"

#include <catch_amalgamated.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/limits.h"

using namespace kontor;
using namespace std::string_literals;
using Catch::Matchers::ContainsSubstring;

namespace {

std::string nested(int depth) {
  const auto levels = static_cast<std::size_t>(depth);
  return std::string(levels, '[') + std::string(levels, ']');
}

std::string wide_object(int members, const std::string& last_name) {
  std::string text = "{";
  for (int i = 0; i < members; ++i) text += "\"m" + std::to_string(i) + "\":1,";
  return text + "\"" + last_name + "\":2}";
}

}  // namespace

TEST_CASE("each JSON type arrives as its value") {
  const auto json =
      parse_json(R"( {"n":null,"t":true,"i":-42,"d":1.50,"s":"ế\n\u0061","a":[1,[]],"o":{}} )");
  REQUIRE(json.ok());
  CHECK(json->find("n")->is_null());
  CHECK(*json->find("t")->boolean());
  CHECK(*json->find("i")->integer() == -42);
  CHECK(json->find("d")->decimal()->text == "1.50");
  CHECK(*json->find("s")->string() == "ế\na");
  CHECK(json->find("a")->array()->size() == 2);
  CHECK(json->find("o")->object()->empty());
  CHECK(json->find("nothing") == nullptr);
  CHECK(json->find("a")->find("n") == nullptr);
}

TEST_CASE("a value names its type") {
  const auto json = parse_json(R"([null,true,1,1.5,"",[],{}])");
  REQUIRE(json.ok());
  std::string names;
  for (const Json& value : *json->array()) names.append(value.type_name()) += ' ';
  CHECK(names == "null boolean integer number string array object ");
  CHECK(json->type_name() == "array");
}

TEST_CASE("members keep the order of the text") {
  const auto json = parse_json(R"({"z":1,"a":2,"m":3})");
  REQUIRE(json.ok());
  CHECK(json->object()->at(0).first == "z");
  CHECK(json->object()->at(2).first == "m");
}

TEST_CASE("integers reach to the edges of 64 bits and no further") {
  CHECK(*parse_json("9223372036854775807")->integer() == INT64_MAX);
  CHECK(*parse_json("-9223372036854775808")->integer() == INT64_MIN);
  CHECK(*parse_json("-0")->integer() == 0);
  for (const auto* text : {"9223372036854775808", "-9223372036854775809", "18446744073709551615",
                           "18446744073709551616", "123456789012345678901234567890"}) {
    const auto json = parse_json(text);
    REQUIRE_FALSE(json.ok());
    CHECK_THAT(json.error().message, ContainsSubstring("64 bits"));
  }
}

TEST_CASE("a fraction keeps its digits: nothing passes through floating point") {
  const auto* text = "0.1000000000000000055511151231257827";
  CHECK(parse_json(text)->decimal()->text == text);
  CHECK(parse_json("1E2")->decimal()->text == "1E2");
}

TEST_CASE("nesting is allowed to the limit and refused beyond it") {
  CHECK(parse_json(nested(limits::json_depth)).ok());
  CHECK_FALSE(parse_json(nested(limits::json_depth + 1)).ok());
  const auto bomb = parse_json(std::string(1'000'000, '['));
  REQUIRE_FALSE(bomb.ok());
  CHECK(bomb.error().code == Code::malformed);
  CHECK_THAT(bomb.error().message, ContainsSubstring("byte 65"));
}

TEST_CASE("a member name may appear once, in small and in wide objects") {
  CHECK_FALSE(parse_json(R"({"a":1,"a":1})").ok());
  CHECK_FALSE(parse_json(R"({"a":1,"\u0061":1})").ok());
  CHECK(parse_json(R"({"a":{"a":1},"b":{"a":1}})").ok());
  for (const int members : {15, 16, 17, 5000}) {
    CAPTURE(members);
    CHECK(parse_json(wide_object(members, "other")).ok());
    CHECK_FALSE(parse_json(wide_object(members, "m0")).ok());
    CHECK_FALSE(parse_json(wide_object(members, "m" + std::to_string(members - 1))).ok());
  }
}

TEST_CASE("text that only looks like JSON is refused, with the place") {
  struct Case {
    std::string text;
    std::string place;
  };
  const auto refused = GENERATE(
      Case{"", "byte 0"}, Case{"\xEF\xBB\xBF{}", "byte order mark at byte 0"},
      Case{"[1]\0"s, "NUL byte at byte 3"}, Case{"1\0"s, "NUL byte at byte 1"},
      Case{R"(["a\u0000b"])", "\\u0000 at byte 11"}, Case{R"({"\u0000":1})", "\\u0000"},
      Case{"[\"\xFF\"]", "invalid UTF-8 at byte 2"},
      Case{"[\"\xC0\xAF\"]", "invalid UTF-8 at byte 2"},
      Case{"[\"\xED\xA0\x80\"]", "invalid UTF-8"}, Case{R"(["\ud800"])", "unexpected text"},
      Case{R"(["\udc00"])", "unexpected text"}, Case{R"(["\ud800\u0041"])", "unexpected text"},
      Case{"[1] 2", "byte 5"}, Case{"{} x", "byte 4"}, Case{"[1,]", "byte 4"},
      Case{"{\"a\":1,}", "byte 8"}, Case{"[1", "ends too early"}, Case{"\"a", "ends too early"},
      Case{"01", "byte 2"}, Case{"+1", "byte 1"}, Case{".5", "byte 1"}, Case{"1.", "byte"},
      Case{"NaN", "byte"}, Case{"Infinity", "byte"}, Case{"True", "byte"}, Case{"{a:1}", "byte 2"},
      Case{"{'a':1}", "byte 2"}, Case{"// x\n1", "byte 1"}, Case{"[\"\t\"]", "byte 3"},
      Case{R"(["\x41"])", "byte 4"}, Case{"1e999", "too large"}, Case{"[-]", "byte"},
      Case{"\xC2\xA0[]", "byte"});
  CAPTURE(refused.text);
  const auto json = parse_json(refused.text);
  REQUIRE_FALSE(json.ok());
  CHECK(json.error().code == Code::malformed);
  CHECK_THAT(json.error().message, ContainsSubstring(refused.place));
}

TEST_CASE("a refusal never repeats what was sent") {
  const auto json = parse_json(R"({"password": hunter2})");
  REQUIRE_FALSE(json.ok());
  CHECK_THAT(json.error().message, !ContainsSubstring("hunter2"));
}

TEST_CASE("a value written back is the same value") {
  const std::string text = R"({"a":[1,-2.50,true,null,"x\"\\\u0001ế"],"e\"":{},"l":[]})";
  const auto json = parse_json(text);
  REQUIRE(json.ok());
  CHECK(to_text(*json) == text);
  CHECK(*parse_json(to_text(*json)) == *json);
}

TEST_CASE("a pointer step escapes the two characters that mean something in a pointer") {
  CHECK(pointer_step("a/b~c") == "a~1b~0c");
  CHECK(pointer_step("name") == "name");
}

TEST_CASE("the corpus is accepted and refused as its file names say") {
  int files = 0;
  const auto folder = std::filesystem::path(KONTOR_SOURCE_DIR) / "tests/fuzz/corpus/json";
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    const std::string name = file.path().filename().string();
    if (!name.starts_with("accepted_") && !name.starts_with("refused_")) continue;
    std::ostringstream text;
    text << std::ifstream(file.path(), std::ios::binary).rdbuf();
    CAPTURE(name);
    CHECK(parse_json(text.str()).ok() == name.starts_with("accepted_"));
    ++files;
  }
  CHECK(files > 80);
}
