// What `kontor sql` prints of a statement's rows.
#include "sql_output.h"

#include <catch_amalgamated.hpp>

namespace kontor::app {
namespace {

using store::FreeValue;
using Kind = FreeValue::Kind;

std::string printed(SqlFormat format) {
  std::string text;
  const auto output = SqlOutput::make(format, [&](std::string_view piece) {
    text += piece;
    return true;
  });
  output->columns({"a", "b \"x\""});
  output->row(std::array{FreeValue{Kind::integer, "7"}, FreeValue{Kind::text, "one,\n\"two\""}});
  output->row(
      std::array{FreeValue{Kind::null}, FreeValue{Kind::blob, std::string_view("\0\xff", 2)}});
  output->end(0);
  return text;
}

TEST_CASE("rows as CSV are quoted where they must be") {
  CHECK(printed(SqlFormat::csv) == "a,\"b \"\"x\"\"\"\n7,\"one,\n\"\"two\"\"\"\n,00ff\n");
}

TEST_CASE("rows as JSON keep what they are") {
  CHECK(printed(SqlFormat::json) ==
        "{\"columns\":[\"a\",\"b \\\"x\\\"\"],\"rows\":[[7,\"one,\\n\\\"two\\\"\"],"
        "[null,\"00ff\"]],\"changes\":0}\n");
}

TEST_CASE("a table shows every row on a line of its own") {
  const std::string text = printed(SqlFormat::table);
  INFO(text);
  CHECK(std::count(text.begin(), text.end(), '\n') == 4);  // head, rule, two rows
  CHECK(text.find("00ff") != std::string::npos);
}

TEST_CASE("who reads no further ends it") {
  const auto output = SqlOutput::make(SqlFormat::csv, [](std::string_view) { return false; });
  output->columns({"a"});
  const std::string large(1 << 20, 'x');  // more than is kept before it is written
  CHECK_FALSE(output->row(std::array{FreeValue{Kind::text, large}}));
}

TEST_CASE("bytes as digits") { CHECK(hex_text(std::string_view("\x01\xab", 2)) == "01ab"); }

}  // namespace
}  // namespace kontor::app
