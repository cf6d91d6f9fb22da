#include "base/api_token_text.h"

#include <catch_amalgamated.hpp>
#include <utility>

#include "unit/base/fakes.h"

using namespace kontor;

TEST_CASE("an API token is 256 bits and their checksum in base 62") {
  // Reckoned with Python's integers and zlib.crc32.
  for (const auto& [byte, text] : std::initializer_list<std::pair<std::byte, const char*>>{
           {std::byte{0x00}, "kontor_pat_00000000000000000000000000000000000000000004biMvf"},
           {std::byte{0x5A}, "kontor_pat_LQNUGZHT5u543eF8cvF8tKdPlcVkNSYQAq1KIqZ6f743iwc3O"},
           {std::byte{0xFF}, "kontor_pat_yhjskwdA6OZ1AL1YmHWZWm8LLG7HjnuCA2j5rOw8Xp11T1TXr"}}) {
    FixedRandom random(byte);
    CHECK(make_api_token(ApiTokenKind::personal, random) == text);
    CHECK(parse_api_token(text) == ApiTokenKind::personal);
  }
}

TEST_CASE("no two tokens are alike") {
  SystemRandom random;
  CHECK(make_api_token(ApiTokenKind::personal, random) !=
        make_api_token(ApiTokenKind::personal, random));
}

TEST_CASE("a token with any character changed is none") {
  FixedRandom random(std::byte{0x5A});
  const std::string token = make_api_token(ApiTokenKind::personal, random);
  for (std::size_t i = 0; i < token.size(); ++i) {
    for (const char c : {'0', 'z', '_', '-', ' ', '\0'}) {
      std::string changed = token;
      changed[i] = c;
      CAPTURE(changed);
      CHECK(parse_api_token(changed).has_value() == (changed == token));
    }
  }
}

TEST_CASE("a token that is cut off or goes on is none") {
  FixedRandom random(std::byte{0x5A});
  const std::string token = make_api_token(ApiTokenKind::personal, random);
  for (std::size_t length = 0; length < token.size(); ++length)
    CHECK_FALSE(parse_api_token(token.substr(0, length)));
  CHECK_FALSE(parse_api_token(token + "0"));
  CHECK_FALSE(parse_api_token(" " + token));
}
