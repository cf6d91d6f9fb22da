#include "crm/accounts/password_hasher.h"

#include <atomic>
#include <catch_amalgamated.hpp>
#include <future>

namespace kontor::test {
namespace {

constexpr PasswordCost k_cheap = {.memory_kib = 64, .passes = 1};

TEST_CASE("no more hash at a time than there are threads, and no more wait than the queue holds") {
  std::promise<void> go;
  const std::shared_future<void> gate = go.get_future().share();
  std::atomic<int> inside = 0, most = 0, done = 0;
  std::promise<void> both;
  {
    crm::PasswordHasher hasher(k_cheap, 2, 3);
    const auto work = [&] {
      const int now = ++inside;
      if (now > most) most = now;
      if (now == 2) both.set_value();
      gate.wait();
      --inside;
      ++done;
    };
    REQUIRE(hasher.run(work).ok());
    REQUIRE(hasher.run(work).ok());
    both.get_future().wait();
    for (int i = 0; i < 3; ++i) CHECK(hasher.run([&] { gate.wait(), ++done; }).ok());
    const auto refused = hasher.run(work);
    CHECK(refused.error().code == Code::busy);
    go.set_value();
  }
  CHECK(most == 2);
  CHECK(done == 5);  // its end has waited for all that it took
}

TEST_CASE("who waits gets what the work returns, or that there is no room") {
  crm::PasswordHasher hasher(k_cheap, 1, 0);
  CHECK(hasher.wait([]() -> Result<int> { return 7; }).error().code == Code::busy);
  crm::PasswordHasher roomy(k_cheap, 1, 1);
  CHECK(roomy.wait([]() -> Result<int> { return 7; }).value() == 7);
}

TEST_CASE("the decoy costs what a real hash costs, and no password has it") {
  const crm::PasswordHasher hasher(k_cheap);
  CHECK_FALSE(needs_rehash(hasher.decoy(), k_cheap));
  CHECK(needs_rehash(hasher.decoy(), {.memory_kib = 65, .passes = 1}));
  CHECK_FALSE(verify_password("", hasher.decoy()));
  CHECK(hasher.decoy().size() == hash_password("x", k_cheap).value().size());
}

}  // namespace
}  // namespace kontor::test
