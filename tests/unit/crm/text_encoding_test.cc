#include "crm/imports/text_encoding.h"

#include <catch_amalgamated.hpp>
#include <iterator>
#include <sstream>

using namespace kontor;
using namespace kontor::crm;

namespace {

std::string read_as(TextEncoding encoding, const std::string& bytes) {
  std::istringstream file(bytes);
  Utf8Stream text(file, encoding);
  return {std::istreambuf_iterator<char>(text), {}};
}

TextEncoding detected(const std::string& bytes) {
  std::istringstream file(bytes);
  const TextEncoding encoding = detect_encoding(file);
  CHECK(file.tellg() == 0);
  return encoding;
}

std::string wide(const std::u16string& text, bool little) {
  std::string bytes;
  for (const char16_t unit : text) {
    const char low = static_cast<char>(unit & 0xFF), high = static_cast<char>(unit >> 8);
    bytes += little ? low : high;
    bytes += little ? high : low;
  }
  return bytes;
}

}  // namespace

TEST_CASE("a file in any usual encoding reads as the same text") {
  const std::string expected = "Tên;Đức 😀\r\n";
  const std::u16string text = u"Tên;Đức 😀\r\n";
  CHECK(read_as(TextEncoding::utf_8, expected) == expected);
  CHECK(read_as(TextEncoding::utf_8, "\xEF\xBB\xBF" + expected) == expected);
  for (const bool little : {true, false}) {
    const auto encoding = little ? TextEncoding::utf_16le : TextEncoding::utf_16be;
    CHECK(read_as(encoding, wide(text, little)) == expected);
    CHECK(read_as(encoding, wide(u"\uFEFF" + text, little)) == expected);
  }
  CHECK(read_as(TextEncoding::windows_1252,
                "Caf\xE9 \x80 5 \x96 Stra\xDF"
                "e") == "Café € 5 – Straße");
  CHECK(read_as(TextEncoding::windows_1258, "Nguy\xEA\xDEn \xD0\xFD\xF2 L\xEA\xF2 ho\xE0") ==
        "Nguyễn Đự Lệ hoà");
}

TEST_CASE("text stays whole where its pieces meet") {
  std::string expected, bytes;
  for (int i = 0; i < 40'000; ++i) {
    expected += "ệ";
    bytes += "\xEA\xF2";
  }
  CHECK(read_as(TextEncoding::windows_1258, "x" + bytes) == "x" + expected);
  std::u16string faces;
  std::string utf8;
  for (int i = 0; i < 20'000; ++i) {
    faces += u"😀";
    utf8 += "😀";
  }
  CHECK(read_as(TextEncoding::utf_16le, wide(u"x" + faces, true)) == "x" + utf8);
}

TEST_CASE("what an encoding does not define is marked, never dropped") {
  CHECK(read_as(TextEncoding::windows_1252, "a\x81z") == "a\xFFz");
  CHECK(read_as(TextEncoding::utf_16le, wide(std::u16string(1, char16_t{0xD83D}) + u"x", true)) ==
        "\xFFx");
  CHECK(read_as(TextEncoding::utf_16le, std::string("x\0y", 3)) == "x\xFF");
  CHECK(read_as(TextEncoding::windows_1258, std::string("a\0b", 3)) == std::string("a\0b", 3));
}

TEST_CASE("the encoding is told by mark, zeros, validity and Vietnamese tone marks") {
  CHECK(detected("name\nJörg\n") == TextEncoding::utf_8);
  CHECK(detected(wide(u"\uFEFFname\n", true)) == TextEncoding::utf_16le);
  CHECK(detected(wide(u"name,city\nAn,Huế\n", true)) == TextEncoding::utf_16le);
  CHECK(detected(wide(u"name,city\nAn,Huế\n", false)) == TextEncoding::utf_16be);
  CHECK(detected("name\nJ\xF6rg\n") == TextEncoding::windows_1252);
  CHECK(detected("name\npi\xF9, pu\xF2, perch\xE9\n") == TextEncoding::windows_1252);
  CHECK(detected("name\nNguy\xEA\xDEn V\xE3n \xD0\xFD\xEC"
                 "c\n") == TextEncoding::windows_1258);
  CHECK(detected("") == TextEncoding::utf_8);
  CHECK(detected(std::string("a,\0\n", 4)) == TextEncoding::utf_8);
  // Beyond the first piece.
  CHECK(detected(std::string(200'000, 'x') + "\xE9") == TextEncoding::windows_1252);
}

TEST_CASE("encodings have names that the command line takes") {
  for (const std::string_view name : encoding_names())
    CHECK(name_of(encoding_named(name).value()) == name);
  CHECK_FALSE(encoding_named("latin-9"));
}
