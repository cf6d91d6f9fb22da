#include "base/password_hash.h"

#include <catch_amalgamated.hpp>

namespace kontor {
namespace {

constexpr PasswordCost k_cheap = {.memory_kib = 64, .passes = 1};

TEST_CASE("a password is known again by its hash, and no other one is") {
  const std::string hash = hash_password("correct horse battery", k_cheap).value();
  CHECK(hash.starts_with("$argon2id$v=19$m=64,t=1,p=1$"));
  CHECK(verify_password("correct horse battery", hash));
  CHECK_FALSE(verify_password("correct horse batterz", hash));
  CHECK_FALSE(verify_password("", hash));
}

TEST_CASE("a password is the same whether its letters come composed or in parts") {
  const std::string composed = "Ti\u1ebfng Vi\u1ec7t", parts = "Tie\u0302\u0301ng Vie\u0323\u0302t";
  REQUIRE(composed != parts);
  CHECK(verify_password(parts, hash_password(composed, k_cheap).value()));
  CHECK(verify_password(composed, hash_password(parts, k_cheap).value()));
  CHECK_FALSE(verify_password("Tieng Viet", hash_password(parts, k_cheap).value()));
}

TEST_CASE("each hash has a salt of its own") {
  CHECK(hash_password("the same", k_cheap).value() != hash_password("the same", k_cheap).value());
}

TEST_CASE("nothing of a password is cut off, and any byte counts") {
  const std::string lengthy(256, 'x');
  const std::string hash = hash_password(lengthy + "1", k_cheap).value();
  CHECK_FALSE(verify_password(lengthy + "2", hash));
  const std::string with_zero("a\0b", 3);
  const std::string other = hash_password(with_zero, k_cheap).value();
  CHECK(verify_password(with_zero, other));
  CHECK_FALSE(verify_password(std::string("a\0c", 3), other));
}

TEST_CASE("what is no hash of ours lets nobody in") {
  CHECK_FALSE(verify_password("", ""));
  CHECK_FALSE(verify_password("x", "x"));
  CHECK_FALSE(verify_password("x", "$argon2i$v=19$m=64,t=1,p=1$AAAA$AAAA"));
  // A gigabyte and more would take the machine down for one sign-in.
  CHECK_FALSE(verify_password("x",
                              "$argon2id$v=19$m=1048577,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$"
                              "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"));
}

TEST_CASE("a hash is made again only when its cost is too low by now") {
  const std::string hash = hash_password("x", {.memory_kib = 64, .passes = 2}).value();
  CHECK_FALSE(needs_rehash(hash, {.memory_kib = 64, .passes = 2}));
  CHECK_FALSE(needs_rehash(hash, {.memory_kib = 32, .passes = 1}));
  CHECK(needs_rehash(hash, {.memory_kib = 128, .passes = 2}));
  CHECK(needs_rehash(hash, {.memory_kib = 64, .passes = 3}));
  CHECK(needs_rehash("", k_cheap));
}

TEST_CASE("the default is what is recommended for a server") {
  const std::string hash = hash_password("x", {}).value();
  CHECK(hash.starts_with("$argon2id$v=19$m=47104,t=1,p=1$"));
}

}  // namespace
}  // namespace kontor
