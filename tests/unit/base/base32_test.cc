#include "base/base32.h"

#include <catch_amalgamated.hpp>
#include <utility>

using namespace kontor;

TEST_CASE("base 32 is that of RFC 4648 without its padding") {
  for (const auto& [bytes, text] :
       std::initializer_list<std::pair<const char*, const char*>>{{"", ""},
                                                                  {"f", "MY"},
                                                                  {"fo", "MZXQ"},
                                                                  {"foo", "MZXW6"},
                                                                  {"foob", "MZXW6YQ"},
                                                                  {"fooba", "MZXW6YTB"},
                                                                  {"foobar", "MZXW6YTBOI"}}) {
    CHECK(to_base32(bytes) == text);
    CHECK(from_base32(text) == bytes);
  }
}

TEST_CASE("base 32 is read as people type it") {
  CHECK(from_base32("mzxw-6ytb oi") == "foobar");
  for (const char* text : {"MZXW6YTBO1", "MZXW6YTB=", "A", "MZ", "MZXW6YTBOIA"})
    CHECK_FALSE(from_base32(text));
}
