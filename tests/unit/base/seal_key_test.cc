#include "base/seal_key.h"

#include <catch_amalgamated.hpp>

namespace kontor {
namespace {

TEST_CASE("a key pair can be written down and read again") {
  const SecretSealKey key = SecretSealKey::make();
  const std::string secret = key.text(), half = key.public_key().text();
  CHECK(secret.starts_with("kontor_key_"));
  CHECK(half.starts_with("kontor_pub_"));
  REQUIRE(SecretSealKey::parse(secret).has_value());
  CHECK(SecretSealKey::parse(secret)->public_key() == key.public_key());
  CHECK(PublicSealKey::parse(half) == key.public_key());
  CHECK(key.public_key().id().size() == k_seal_id_bytes);
  CHECK(SecretSealKey::make().public_key().id() != key.public_key().id());
}

TEST_CASE("a mistyped key is none, and neither half passes for the other") {
  const SecretSealKey key = SecretSealKey::make();
  const std::string half = key.public_key().text();
  for (std::size_t at = 0; at < half.size(); ++at) {
    std::string wrong = half;
    wrong[at] = wrong[at] == 'Q' ? 'R' : 'Q';
    INFO("character " << at);
    CHECK_FALSE(PublicSealKey::parse(wrong).has_value());
  }
  CHECK_FALSE(PublicSealKey::parse(half.substr(0, half.size() - 1)).has_value());
  CHECK_FALSE(PublicSealKey::parse("").has_value());
  CHECK_FALSE(PublicSealKey::parse(key.text()).has_value());
  CHECK_FALSE(SecretSealKey::parse(half).has_value());
  CHECK_FALSE(PublicSealKey::parse("kontor_pub_" + key.text().substr(11)).has_value());
}

TEST_CASE("a point that nothing can be sealed to is no key") {
  CHECK_FALSE(PublicSealKey::parse(PublicSealKey({}).text()).has_value());
}

TEST_CASE("a key file has one key a line, and its errors never show what stands there") {
  const std::string one = SecretSealKey::make().text(), two = SecretSealKey::make().text();
  const auto keys = parse_key_file("# the first\n" + one + "\n\n  " + two + " \r\n", "keys");
  REQUIRE(keys.ok());
  CHECK(keys->size() == 2);
  CHECK(parse_key_file("", "keys")->empty());
  const std::string broken = one.substr(0, one.size() - 1);
  const auto refused = parse_key_file(two + "\n" + broken + "\n", "keys");
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().message.find("keys, line 2") != std::string::npos);
  CHECK(refused.error().message.find(broken.substr(11)) == std::string::npos);
}

}  // namespace
}  // namespace kontor
