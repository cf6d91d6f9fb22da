#include "base/sealed.h"

#include <catch_amalgamated.hpp>

#include "unit/base/fakes.h"

using namespace kontor;

namespace {

const SecretKey k_key(std::string(SecretKey::k_bytes, 'k'));
const SecretKey k_other(std::string(SecretKey::k_bytes, 'o'));

}  // namespace

TEST_CASE("what is sealed is opened with the same key for the same thing") {
  SystemRandom random;
  const std::string sealed = k_key.seal("the seed", "user 1", random);
  CHECK(k_key.open(sealed, "user 1").value() == "the seed");
  CHECK(sealed.find("seed") == std::string::npos);
  CHECK(k_key.open(k_key.seal("", "", random), "").value().empty());
}

TEST_CASE("the same secret is sealed differently each time") {
  SystemRandom random;
  CHECK(k_key.seal("the seed", "user 1", random) != k_key.seal("the seed", "user 1", random));
}

TEST_CASE("another key, another thing or a changed byte opens nothing") {
  FixedRandom random(std::byte{7});
  const std::string sealed = k_key.seal("the seed", "user 1", random);
  CHECK(k_other.open(sealed, "user 1").error().code == Code::wrong_key);
  CHECK(k_key.open(sealed, "user 2").error().code == Code::wrong_key);
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    std::string changed = sealed;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    CHECK(k_key.open(changed, "user 1").error().code == Code::wrong_key);
  }
  for (std::size_t length = 0; length < sealed.size(); ++length)
    CHECK(k_key.open(sealed.substr(0, length), "user 1").error().code == Code::wrong_key);
}

TEST_CASE("each purpose has a key of its own, always the same one") {
  FixedRandom random(std::byte{7});
  const std::string sealed = k_key.derive("codes").seal("the seed", "user 1", random);
  CHECK(k_key.derive("codes").open(sealed, "user 1").ok());
  CHECK_FALSE(k_key.derive("mail").open(sealed, "user 1").ok());
  CHECK_FALSE(k_key.open(sealed, "user 1").ok());
  CHECK_FALSE(k_other.derive("codes").open(sealed, "user 1").ok());
}

TEST_CASE("a key is known again by its check value") {
  CHECK(k_key.check_value().size() == 32);
  CHECK(k_key.check_value() == SecretKey(std::string(SecretKey::k_bytes, 'k')).check_value());
  CHECK(k_key.check_value() != k_other.check_value());
}
