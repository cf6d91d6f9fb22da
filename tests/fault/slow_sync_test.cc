// F4: a disk whose sync hangs holds up those who write, and nobody else; nothing is acknowledged
// before its sync is over.
#include <atomic>
#include <catch_amalgamated.hpp>
#include <thread>

#include "support/power_cut_vfs.h"
#include "support/small_store.h"

namespace kontor {
namespace {

TEST_CASE("F4: while a sync hangs reads go on, and all who wait share the next one") {
  constexpr int waiting = 20;
  test::FaultDisk disk("hanging-disk");
  test::SmallStore small([](store::StoreOptions& options) { options.vfs = "hanging-disk"; });
  std::atomic<int> answered = 0;
  std::vector<std::thread> clients;
  const auto add = [&](int number) {
    clients.emplace_back([&small, &answered, number] {
      if (small.add("thing " + std::to_string(number)).ok()) ++answered;
    });
  };
  disk.hold_syncs();
  add(0);
  disk.wait_for_held_sync();
  for (int number = 1; number <= waiting; ++number) add(number);
  while (small.store->health().queued < waiting) std::this_thread::yield();
  CHECK(small.count() == 0);
  CHECK(answered == 0);
  const int before = disk.syncs();
  disk.let_syncs_go();
  for (std::thread& client : clients) client.join();
  CHECK(answered == waiting + 1);
  CHECK(small.count() == waiting + 1);
  CHECK(disk.syncs() - before <= 2);  // of the one commit that they share
}

}  // namespace
}  // namespace kontor
