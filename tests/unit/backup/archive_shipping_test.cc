// The archive on its way to a target, and back from it.
#include "backup/archive_shipping.h"

#include <catch_amalgamated.hpp>
#include <fstream>

#include "archive_support.h"
#include "backup/archive_bundle.h"
#include "backup/archive_fetch.h"
#include "backup/delivery.h"
#include "faulty_store.h"

using namespace kontor;
using namespace kontor::backup;
using kontor::test::ArchivedDir;
using kontor::test::read_file;
using kontor::test::write_file;
using Names = std::vector<std::string>;

namespace {

struct Firm {
  ArchivedDir data;
  test::ScratchDir there{test::ScratchDir::memory()}, back{test::ScratchDir::memory()};
  std::shared_ptr<test::FaultyStore> store = std::make_shared<test::FaultyStore>(there.path());
  int fetches = 0;

  BackupTarget target() const {
    return {.kind = BackupTarget::Kind::folder, .place = there.path().string()};
  }
  ShippingWish wish() const {
    return {
        .archive = data.archive(), .backups = data.backups(), .target = target(), .store = store};
  }
  Shipped ship() { return ship_archive(wish(), data.clock).value(); }
  void deliver_backups() {
    const auto done =
        deliver({.backups = data.backups(), .target = target(), .store = store, .at_once = true},
                data.clock);
    REQUIRE(done->state.waiting.empty());
  }
  std::filesystem::path fresh() {
    const auto folder = back.path() / std::to_string(++fetches);
    std::filesystem::create_directory(folder);
    return folder;
  }
  // The names of the things in the database of that moment, from the target alone.
  Result<Names> restored(std::optional<std::int64_t> at_ms) {
    const FetchWish fetch{.store = *store, .folder = fresh(), .effort = {}};
    const auto point = TRY(fetch_point(fetch, at_ms, data.form));
    TRY(restore_to(point.backup, fetch.folder / "data", {archive_step(point, data.form)},
                   data.random));
    return data.names_in(fetch.folder / "data" / "kontor.db");
  }
};

TEST_CASE("From a target alone come the last commit that it has, and any second before it") {
  Firm firm;
  firm.data.start();
  firm.data.add("before the base");
  firm.data.make_base();
  firm.deliver_backups();
  const std::int64_t one = firm.data.add_in_its_second("one");
  CHECK(firm.ship().files == 1);
  const std::int64_t two = firm.data.add_in_its_second("two");
  firm.data.add_in_its_second("three");
  CHECK(firm.ship().files == 1);
  CHECK(firm.restored(std::nullopt).value() == Names{"before the base", "one", "two", "three"});
  CHECK(firm.restored(two).value() == Names{"before the base", "one", "two"});
  CHECK(firm.restored(one).value() == Names{"before the base", "one"});
  CHECK(firm.restored(one - 1000).value() == Names{"before the base"});
}

TEST_CASE("Where nothing is new, nothing is sent, and nothing is recorded") {
  Firm firm;
  firm.data.start();
  firm.data.make_base();
  firm.data.add("one");
  firm.data.flush();
  ArchiveShipper shipper(firm.wish(), firm.data.clock);
  const auto go_on = [] { return false; };
  CHECK(shipper.round(go_on)->files == 1);
  CHECK(shipper.round(go_on)->files == 0);
  const auto state = firm.data.backups() / (".target-" + firm.target().id() + "-archive.json");
  const auto written = std::filesystem::last_write_time(state);
  for (int i = 0; i < 3; ++i) CHECK(shipper.round(go_on)->files == 0);
  CHECK(std::filesystem::last_write_time(state) == written);
  firm.data.add("two");
  firm.data.flush();
  CHECK(shipper.round(go_on)->files == 1);
}

TEST_CASE("A target that was down gets what it missed, in order and once") {
  Firm firm;
  firm.data.start();
  firm.data.make_base();
  firm.data.add_in_its_second("one");
  firm.ship();
  firm.store->is_down = true;
  std::vector<std::int64_t> pauses;
  for (int i = 0; i < 7; ++i) {
    firm.data.add_in_its_second("while it was down");
    const Shipped done = firm.ship();
    CHECK(done.error.message == "It is down.");
    pauses.push_back((done.state.tries.next_try_at_ms - done.state.tries.failed_at_ms) / 1000);
    CHECK(firm.ship().error.message.empty());  // it is left alone
    firm.data.clock.ahead_ms += pauses.back() * 1000;
  }
  CHECK(pauses == std::vector<std::int64_t>{10, 20, 40, 80, 160, 300, 300});
  CHECK(shipping_line(read_shipping_state(firm.data.backups(), firm.target()))
            .find("failed 7 times") != std::string::npos);
  firm.store->is_down = false;
  CHECK(firm.ship().files == 1);
  CHECK(firm.ship().state.tries.failures == 0);
  firm.deliver_backups();
  CHECK(firm.restored(std::nullopt)->size() == 8);
}

TEST_CASE("A new epoch follows the one before it; each can be restored") {
  Firm firm;
  firm.data.start();
  firm.data.make_base();
  const std::int64_t one = firm.data.add_in_its_second("one");
  firm.data.kill();
  firm.data.next_second();
  firm.data.start();
  firm.data.make_base();
  firm.data.add_in_its_second("two");
  firm.ship();
  firm.deliver_backups();
  CHECK(firm.restored(std::nullopt).value() == Names{"one", "two"});
  CHECK(firm.restored(one).value() == Names{"one"});
}

TEST_CASE("Only what the moment needs is fetched") {
  Firm firm;
  firm.data.start();
  firm.data.make_base();
  for (int i = 0; i < 5; ++i) {
    firm.data.add_in_its_second("early");
    firm.ship();
  }
  firm.data.make_base();
  firm.data.add_in_its_second("late");
  firm.ship();
  firm.deliver_backups();
  CHECK(firm.restored(std::nullopt)->size() == 6);
  CHECK(firm.store->fetched == 2);  // one bundle, one backup
}

TEST_CASE("Who lost the record of what was sent sends it again, under the same names") {
  Firm firm;
  firm.data.start();
  firm.data.make_base();
  firm.data.add_in_its_second("one");
  firm.ship();
  const Names before = firm.store->names;
  std::filesystem::remove(firm.data.backups() /
                          (".target-" + firm.target().id() + "-archive.json"));
  firm.ship();
  CHECK(firm.store->names.size() == 2 * before.size());
  CHECK(firm.store->names.back() == before.back());
}

TEST_CASE("The list of who was erased goes along whenever it changes") {
  Firm firm;
  write_file(firm.data.backups() / "erasures.txt", "first\n");
  CHECK(firm.ship().files == 1);
  CHECK(firm.ship().files == 0);
  firm.data.next_second();
  write_file(firm.data.backups() / "erasures.txt", "first\nsecond\n");
  CHECK(firm.ship().files == 1);
  const FetchWish fetch{.store = *firm.store, .folder = firm.fresh(), .effort = {}};
  REQUIRE(fetch_erasures(fetch).ok());
  std::vector<std::string> lists;
  for (const auto& item : std::filesystem::directory_iterator(fetch.backups())) {
    lists.push_back(read_file(item.path()));
  }
  std::sort(lists.begin(), lists.end());
  CHECK(lists == Names{"first\n", "first\nsecond\n"});
}

TEST_CASE("A bundle that is cut, changed or strange is refused, and writes nowhere else") {
  Firm firm;
  firm.data.start();
  firm.data.make_base();
  firm.data.add("one");
  firm.data.flush();
  firm.ship();
  const auto bundle = firm.there.path() / firm.store->names.front();
  REQUIRE(BundleName::parse(bundle.filename().string())->last_sequence == 1);
  const std::string whole = read_file(bundle);
  const auto into = firm.fresh() / "archive";
  REQUIRE(unpack_bundle(bundle, into).ok());
  for (const std::size_t at : {0U, 100U, 124U, 600U, 1100U}) {
    std::string changed = whole;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    write_file(bundle, changed);
    CHECK(unpack_bundle(bundle, into).error().code == Code::verification_failed);
    write_file(bundle, whole.substr(0, at));
    CHECK(unpack_bundle(bundle, into).error().code == Code::verification_failed);
  }
  for (const char* name : {"archive-x.tar",
                           "archive-../../../../../../../etc/pas-000000000001-000000000001-"
                           "2026-11-21T09-15-02Z-0badcafe.tar"}) {
    CHECK_FALSE(BundleName::parse(name).has_value());
  }
}

}  // namespace
