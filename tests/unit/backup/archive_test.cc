// The continuous archive from the first commit to the restore of a moment.
#include <atomic>
#include <catch_amalgamated.hpp>
#include <fstream>
#include <thread>

#include "archive_support.h"
#include "base/civil.h"

using namespace kontor;
using namespace kontor::backup;
using kontor::test::ArchivedDir;
using Names = std::vector<std::string>;

TEST_CASE("A base and the segments upon it bring back the last commit, and any second before it") {
  ArchivedDir data;
  data.start();
  data.add("before the base");
  data.make_base();
  const std::int64_t one = data.add_in_its_second("one");
  const std::int64_t two = data.add_in_its_second("two");
  CHECK(data.restored(std::nullopt).value() == Names{"before the base", "one", "two"});
  CHECK(data.restored(two).value() == Names{"before the base", "one", "two"});
  CHECK(data.restored(two - 1000).value() == Names{"before the base", "one"});
  CHECK(data.restored(one).value() == Names{"before the base", "one"});
}

TEST_CASE("The newest base that a moment reaches is used, and none that is newer than it") {
  ArchivedDir data;
  data.start();
  const std::string first = data.make_base().file.filename();
  const std::int64_t one = data.add_in_its_second("one");
  data.add_in_its_second("two");
  const std::string second = data.make_base().file.filename();
  data.add_in_its_second("three");
  CHECK(find_point(data.archive(), data.backups(), one, {})->base.backup == first);
  const auto latest = find_point(data.archive(), data.backups(), std::nullopt, {});
  CHECK(latest->base.backup == second);
  CHECK(latest->segments.size() == 1);
  CHECK(data.restored(std::nullopt).value() == Names{"one", "two", "three"});
}

TEST_CASE("A base that is made while commits go on fits the segments") {
  ArchivedDir data;
  data.start();
  std::atomic<bool> stop = false;
  std::atomic<int> added = 0;
  std::thread writer([&] {
    while (!stop) data.add("thing " + std::to_string(++added));
  });
  while (added < 200) std::this_thread::yield();
  data.make_base();
  const int at_base = added;
  while (added < at_base + 200) std::this_thread::yield();
  stop = true;
  writer.join();
  data.flush();
  CHECK(data.restored(std::nullopt).value().size() == static_cast<std::size_t>(added));
}

TEST_CASE("After a clean stop the epoch goes on; nothing new is written where nothing changed") {
  ArchivedDir data;
  data.start();
  data.make_base();
  data.add("one");
  data.stop();
  const auto files = data.segments();
  data.start();
  CHECK(data.segments() == files);
  CHECK(data.archiver->figures().epochs == 0);
  CHECK(data.archiver->figures().has_base);
  data.add("two");
  data.stop();
  CHECK(list_epochs(data.archive())->size() == 1);
  CHECK(data.restored(std::nullopt).value() == Names{"one", "two"});
  CHECK(check_archive(data.archive(), data.backups(), {})->findings.empty());
}

TEST_CASE("A new epoch begins where the chain cannot go on, and says why") {
  ArchivedDir data;
  data.start();
  data.make_base();
  data.add("one");
  std::string why = "did not end cleanly";
  SECTION("a server that was killed") { data.kill(); }
  SECTION("somebody else wrote to the database") {
    data.stop();
    data.store = store::Store::open(test::small_options(data.dir), data.clock).value();
    data.add("foreign");
    data.kill();
    why = "changed or replaced";
  }
  SECTION("another database stands in its place") {
    data.stop();
    const auto database = data.dir.database();
    std::filesystem::copy_file(database, database.string() + ".copy");
    std::filesystem::rename(database.string() + ".copy", database);
    why = "changed or replaced";
  }
  SECTION("the last segment is gone") {
    data.stop();
    std::filesystem::remove(data.segments().back());
    why = "not as the last server left it";
  }
  data.start();
  const auto epochs = list_epochs(data.archive()).value();
  REQUIRE(epochs.size() == 2);
  CHECK(epochs.back().why.find(why) != std::string::npos);
  CHECK_FALSE(data.archiver->figures().has_base);
}

TEST_CASE("Where the clock runs backwards, no commit is lost and the order stays") {
  ArchivedDir data;
  data.start();
  data.make_base();
  data.add_in_its_second("one");
  data.clock.ahead_ms -= 3'600'000;
  data.add("two");
  data.flush();
  data.add("three");
  data.flush();
  CHECK(data.restored(std::nullopt).value() == Names{"one", "two", "three"});
  CHECK(check_archive(data.archive(), data.backups(), {})->findings.empty());
}

TEST_CASE("Where the clock jumps a day ahead and back again, no commit is lost") {
  ArchivedDir data;
  data.start();
  data.make_base();
  const std::int64_t one = data.add_in_its_second("one");
  data.clock.ahead_ms += 86'400'000;
  data.add("two");
  data.flush();
  data.clock.ahead_ms -= 86'400'000;
  data.add("three");
  CHECK(data.archiver->figures().lag_ms < 60'000);
  data.flush();
  CHECK(data.archiver->figures().lag_ms == 0);
  CHECK(data.restored(std::nullopt).value() == Names{"one", "two", "three"});
  CHECK(data.restored(one).value() == Names{"one"});
  CHECK(check_archive(data.archive(), data.backups(), {})->findings.empty());
}

TEST_CASE("A server whose clock was ahead and is right now goes on behind what it archived") {
  ArchivedDir data;
  data.clock.ahead_ms = 86'400'000;
  data.start();
  data.make_base();
  data.add_in_its_second("ahead");
  data.kill();
  data.clock.ahead_ms = 0;
  for (const char* name : {"right", "and again"}) {
    data.start();
    data.make_base();
    data.add_in_its_second(name);
    data.kill();
  }
  const auto epochs = list_epochs(data.archive()).value();
  REQUIRE(epochs.size() == 3);
  for (std::size_t at = 1; at < epochs.size(); ++at) {
    CHECK(epochs[at].name > epochs[at - 1].name);
    CHECK(epochs[at].began_ms > epochs[at - 1].segments.back().second_ms);
  }
  CHECK(data.restored(std::nullopt).value() == Names{"ahead", "right", "and again"});
  CHECK(check_archive(data.archive(), data.backups(), data.form)->findings.empty());
}

TEST_CASE(
    "That the newest epoch has no base is found; an older one's commits are in the next base") {
  ArchivedDir data;
  data.start();
  data.add("before any base");
  data.flush();
  CHECK_FALSE(check_archive(data.archive(), data.backups(), {})->findings.empty());
  data.kill();
  data.start();
  data.make_base();
  data.add("after it");
  data.flush();
  CHECK(check_archive(data.archive(), data.backups(), {})->findings.empty());
  CHECK(data.restored(std::nullopt).value() == Names{"before any base", "after it"});
}

TEST_CASE("A moment that no base reaches is refused, with what there is") {
  ArchivedDir data;
  data.start();
  const std::int64_t before = data.clock.now_ms() / 1000 * 1000 - 60'000;
  CHECK(find_point(data.archive(), data.backups(), std::nullopt, {}).error().code ==
        Code::not_found);
  data.make_base();
  const auto refused = find_point(data.archive(), data.backups(), before, {});
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().code == Code::not_found);
  CHECK(refused.error().message.find("what it holds: 20") != std::string::npos);
}

TEST_CASE(
    "Damaged, missing, exchanged and renamed segments are refused by name, with what is lost") {
  ArchivedDir data;
  data.start();
  data.make_base();
  data.add_in_its_second("one");
  const std::int64_t two = data.add_in_its_second("two");
  data.add_in_its_second("three");
  data.add_in_its_second("four");
  const auto files = data.segments();
  REQUIRE(files.size() == 4);
  std::string named = files[2].filename();
  SECTION("damaged") {
    std::fstream file(files[2], std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(300);
    file.put('!');
  }
  SECTION("cut off") { std::filesystem::resize_file(files[2], 100); }
  SECTION("missing") {
    std::filesystem::remove(files[2]);
    named = "Segment 3 of ";
  }
  SECTION("exchanged") {
    const auto aside = files[2].string() + ".aside";
    std::filesystem::rename(files[2], aside);
    std::filesystem::rename(files[3], files[2]);
    std::filesystem::rename(aside, files[3]);
  }
  SECTION("another one under its name") {
    std::filesystem::copy_file(files[1], files[2],
                               std::filesystem::copy_options::overwrite_existing);
  }
  const auto refused = data.restored(std::nullopt);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().code == Code::verification_failed);
  CHECK(refused.error().message.find(named) != std::string::npos);
  CHECK(refused.error().message.find("cannot be restored from it") != std::string::npos);
  CHECK_FALSE(check_archive(data.archive(), data.backups(), {})->findings.empty());
  CHECK(data.restored(two).value() == Names{"one", "two"});
}

TEST_CASE("Between two segments of which one is missing no moment is given") {
  ArchivedDir data;
  data.start();
  data.make_base();
  const std::int64_t one = data.add_in_its_second("one");
  data.clock.ahead_ms += 60'000;
  data.add_in_its_second("lost");
  data.clock.ahead_ms += 60'000;
  data.add_in_its_second("three");
  std::filesystem::remove(data.segments()[1]);
  CHECK(data.restored(one).value() == Names{"one"});
  for (const std::int64_t after_ms : {30'000, 90'000, 150'000}) {
    const auto refused = data.restored(one + after_ms);
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().kind == "segment_missing");
    CHECK(refused.error().hint.find(format_instant(one).substr(0, 19)) != std::string::npos);
  }
}

TEST_CASE("A folder that is written to while it is read shows no gap") {
  const test::ScratchDir dir;
  std::atomic<bool> is_done = false;
  std::thread writer([&] {
    for (std::uint64_t sequence = 1; sequence <= 4'000; ++sequence) {
      std::ofstream(dir.path() / segment_name(sequence, sequence, 1'000)).put('x');
    }
    is_done = true;
  });
  int gaps = 0;
  while (!is_done) {
    const Epoch epoch = read_epoch(dir.path()).value();
    if (!epoch.segments.empty() && epoch.segments.back().sequence != epoch.segments.size()) ++gaps;
  }
  writer.join();
  CHECK(gaps == 0);
  CHECK(read_epoch(dir.path())->segments.size() == 4'000);
}

TEST_CASE("A chain whose end was cut off is refused if anything tells that it went on") {
  ArchivedDir data;
  data.start();
  data.make_base();
  data.add_in_its_second("one");
  data.add_in_its_second("two");
  data.stop();
  std::filesystem::remove(data.segments().back());
  const auto refused = data.restored(std::nullopt);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().kind == "segment_missing");
}

TEST_CASE("Every bit of a record counts, and its folder is named") {
  ArchivedDir data;
  data.start();
  data.make_base();
  data.stop();
  const Epoch epoch = list_epochs(data.archive()).value().front();
  for (const std::string& name :
       {std::string("epoch.json"), "base-" + epoch.bases.front().id + ".json"}) {
    const std::string whole = test::read_file(epoch.folder / name);
    for (std::size_t bit = 0; bit < 8 * whole.size(); ++bit) {
      std::string bytes = whole;
      bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << bit % 8));
      test::write_file(epoch.folder / name, bytes);
      const auto refused = list_epochs(data.archive());
      REQUIRE_FALSE(refused.ok());
      REQUIRE(refused.error().message.find(name) != std::string::npos);
    }
    test::write_file(epoch.folder / name, whole);
  }
  CHECK(list_epochs(data.archive()).ok());
  const std::string end = test::read_file(data.archive() / "end.json");
  test::write_file(data.archive() / "end.json", end.substr(0, end.size() - 1) + " \n");
  CHECK_FALSE(read_end(data.archive()));
}

TEST_CASE("Segments are sealed for a key, and opened with it alone") {
  ArchivedDir data;
  const SecretSealKey key = SecretSealKey::make();
  Keyring keys;
  keys.add(key);
  data.form = segment_form({.keys = {key.public_key()}}, keys);
  data.start();
  data.make_base();
  data.add_in_its_second("one");
  CHECK(data.restored(std::nullopt).value() == Names{"one"});
  CHECK(read_segment(data.segments().front(), segment_form({}, {})).error().code ==
        Code::wrong_key);
  CHECK(test::read_file(data.segments().front()).find("KONTSEG2") == std::string::npos);
}
