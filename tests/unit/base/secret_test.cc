#include "base/secret.h"

#include <catch_amalgamated.hpp>
#include <set>

#include "unit/base/fakes.h"

namespace kontor {
namespace {

TEST_CASE("a secret is 256 bits of randomness as base64url") {
  FixedRandom ones(std::byte{0xFF});
  CHECK(make_secret(ones) == std::string(42, '_') + "8");  // 252 bits, then 1111 and two zeros
  FixedRandom zeros(std::byte{0});
  CHECK(make_secret(zeros) == std::string(43, 'A'));
  FixedRandom fives(std::byte{0x55});
  CHECK(make_secret(fives).substr(0, 4) == "VVVV");
}

TEST_CASE("no two secrets are alike, and each has its form") {
  SystemRandom random;
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(make_secret(random));
  CHECK(seen.size() == 1000);
  for (const std::string& secret : seen) CHECK(is_secret(secret));
}

TEST_CASE("what cannot be a secret is told by its form") {
  CHECK_FALSE(is_secret(""));
  CHECK_FALSE(is_secret(std::string(42, 'A')));
  CHECK_FALSE(is_secret(std::string(44, 'A')));
  CHECK_FALSE(is_secret(std::string(42, 'A') + "="));
}

TEST_CASE("the bytes of a digest are those that SHA-256 gives") {
  const Sha256 digest = sha256("abc");
  CHECK(bytes_of(digest).substr(0, 4) == "\xBA\x78\x16\xBF");
  CHECK(bytes_of(digest).size() == 32);
}

}  // namespace
}  // namespace kontor
