#include "base/nfc.h"

#include <catch_amalgamated.hpp>

#include "base/nfc_table.h"
#include "base/utf8.h"

namespace kontor {
namespace {

std::string text_of(std::initializer_list<char32_t> codes) {
  std::string text;
  for (const char32_t code : codes) utf8_append(text, code);
  return text;
}

TEST_CASE("letters that come in parts are put together") {
  CHECK(nfc("Tie\u0302\u0301ng Vie\u0323\u0302t") == "Ti\u1ebfng Vi\u1ec7t");
  CHECK(nfc("e\u0302\u0323") == "\u1ec7");  // marks in the other order
  CHECK(nfc("o\u031b\u0300") == "\u1edd");
  CHECK(nfc("A\u030a") == "\u00c5");
  CHECK(nfc("\u212b") == "\u00c5");  // the sign of a unit
  CHECK(nfc("\u1112\u1161\u11ab\u1100\u1173\u11af") == "\ud55c\uae00");
  CHECK(nfc("\ud558\u11ab") == "\ud55c");
  CHECK(nfc("\u0438\u0306") == "\u0439");
}

TEST_CASE("what is composed, or plain, stays") {
  for (const char* text : {"", "plain", "\u00e9\u00df", "Ti\u1ebfng Vi\u1ec7t", "\u65e5\u672c",
                           "\U0001f600", "\uac00\uac01", "x\u0301"})
    CHECK(nfc(text) == text);
  CHECK(nfc("e\xff\u0301") == "e\xff\u0301");  // no UTF-8
}

TEST_CASE("a mark does not reach over another of its kind, nor over a letter") {
  CHECK(nfc("e\u0301\u0302") == "\u00e9\u0302");
  CHECK(nfc("e\u200b\u0301") == "e\u200b\u0301");
  CHECK(nfc("\u0301e") == "\u0301e");
}

TEST_CASE("every letter of the table is made of its parts, and what is not put together is not") {
  for (const NfcPair& pair : nfc_composing()) {
    CHECK(nfc(text_of({pair.first, pair.second})) == text_of({pair.composed}));
    CHECK(nfc(text_of({pair.composed})) == text_of({pair.composed}));
  }
  for (const NfcPair& pair : nfc_apart()) {
    const std::string once = nfc(text_of({pair.composed}));
    CHECK(once != text_of({pair.composed}));
    CHECK(nfc(once) == once);
  }
}

TEST_CASE("many marks take no longer than their number asks for") {
  std::string text = "e";
  for (int i = 0; i < 100'000; ++i) text += i % 2 == 0 ? "\u0301" : "\u0323";
  const std::string once = nfc(text);
  CHECK(once.starts_with("\u1eb9"));
  CHECK(nfc(once) == once);
}

}  // namespace
}  // namespace kontor
