#include "base/utf8.h"

#include <catch_amalgamated.hpp>

using namespace kontor;

TEST_CASE("valid UTF-8 of every length is accepted") {
  CHECK(is_utf8(""));
  CHECK(is_utf8("aé₫😀\xF4\x8F\xBF\xBF\xEF\xBF\xBF"));
}

TEST_CASE("overlong forms, surrogates, too large values and cut sequences are refused") {
  const auto text =
      GENERATE("\x80", "\xC0\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xF0\x8F\xBF\xBF",
               "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF", "\xE1\xBA", "\xC3", "\xE1\x28\x80");
  CAPTURE(text);
  CHECK_FALSE(is_utf8(text));
  CHECK(utf8_valid_prefix(std::string("ok") + text) == 2);
}

TEST_CASE("length counts code points") {
  CHECK(utf8_length("Đức") == 3);
  CHECK(utf8_length("😀") == 1);
  CHECK(utf8_length("a\xFF\xFE") == 3);
}

TEST_CASE("truncation never cuts a code point") {
  CHECK(utf8_truncate("aế", 10) == "aế");
  CHECK(utf8_truncate("aế", 4) == "aế");
  CHECK(utf8_truncate("aế", 3) == "a");
  CHECK(utf8_truncate("aế", 1) == "a");
  CHECK(utf8_truncate("ế", 2) == "");
  CHECK(utf8_truncate("abc", 0) == "");
}

TEST_CASE("code points are read and written back") {
  const std::string text = "aé₫😀";
  std::string copy;
  for (std::size_t at = 0; at < text.size();) utf8_append(copy, utf8_next(text, at));
  CHECK(copy == text);
  std::size_t at = 0;
  CHECK(utf8_next("\xFFz", at) == U'\uFFFD');
  CHECK(at == 1);
}
