// F26: a file costs time in proportion to its size, whatever is in it.
#include <catch_amalgamated.hpp>
#include <sstream>

#include "crm/imports/formats/reading.h"
#include "support/doubling.h"

namespace kontor::crm {
namespace {

using test::repeated;

constexpr std::size_t k_bytes = 50'000;

void check_doubling(const std::function<void(const std::string&)>& read, test::MakeText make) {
  test::check_doubling(read, make, k_bytes);
}

auto reader_of(const char* file_name) {
  return [file_name](const std::string& text) {
    std::istringstream file(text);
    auto opened = open_source(file, file_name, {});
    if (!opened.ok()) return;
    if (!opened->rows->header().ok()) return;
    while (opened->rows->next()) continue;
  };
}

TEST_CASE("F26: a table of any form costs time in proportion to its size") {
  const auto read = reader_of("file.csv");
  check_doubling(read, [](std::size_t bytes) { return "name,notes\n" + repeated("a,b\n", bytes); });
  check_doubling(read, [](std::size_t bytes) { return "name\n\"" + repeated("\"\"", bytes); });
  check_doubling(read, [](std::size_t bytes) { return "name\n\"" + repeated("\n", bytes); });
  check_doubling(read, [](std::size_t bytes) { return "name\r" + repeated("\r", bytes); });
  check_doubling(read, [](std::size_t bytes) { return repeated(",;\t|", bytes); });
  check_doubling(read, [](std::size_t bytes) { return "name\n" + repeated("\xe9\n", bytes); });
}

TEST_CASE("F26: JSON lines and vCards cost time in proportion to their size") {
  const auto lines = reader_of("file.jsonl");
  check_doubling(lines, [](std::size_t bytes) { return repeated("{\"a\":1}\n", bytes); });
  check_doubling(lines, [](std::size_t bytes) { return repeated("{\n", bytes); });
  check_doubling(
      lines, [](std::size_t bytes) { return "{\"lines\":[{}" + repeated(",{}", bytes) + "]}"; });
  const auto cards = reader_of("file.vcf");
  check_doubling(cards, [](std::size_t bytes) {
    return repeated("BEGIN:VCARD\nVERSION:3.0\nFN:A B\nEND:VCARD\n", bytes);
  });
  check_doubling(cards, [](std::size_t bytes) {
    return "BEGIN:VCARD\nVERSION:3.0\nNOTE:a" + repeated("\n b", bytes);
  });
  check_doubling(cards, [](std::size_t bytes) {
    return "BEGIN:VCARD\nVERSION:2.1\nNOTE;ENCODING=QUOTED-PRINTABLE:" + repeated("=\n", bytes);
  });
  check_doubling(cards, [](std::size_t bytes) {
    return "BEGIN:VCARD\nVERSION:3.0\n" + repeated("EMAIL:a@example.org\n", bytes);
  });
}

TEST_CASE("F26: a card without end is a fault, and the next one is read") {
  std::string text = "BEGIN:VCARD\nVERSION:3.0\n";
  for (int number = 0; number < 2'000; ++number) text += "X-" + std::to_string(number) + ":a\n";
  std::istringstream file(text + "END:VCARD\nBEGIN:VCARD\nVERSION:3.0\nFN:An\nEND:VCARD\n");
  auto opened = open_source(file, "file.vcf", {});
  REQUIRE((opened.ok() && opened->rows->header().ok()));
  const auto large = opened->rows->next();
  REQUIRE((large && large->fault));
  CHECK(large->fault->code == "row_too_large");
  const auto next = opened->rows->next();
  REQUIRE(next);
  CHECK_FALSE(next->fault);
}

}  // namespace
}  // namespace kontor::crm
