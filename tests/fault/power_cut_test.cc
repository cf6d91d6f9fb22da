// The real store, with several clients and group commit, on a disk whose power is cut at random
// moments. That the same harness sees writes lost at weaker settings shows that it can see.
#include <catch_amalgamated.hpp>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <thread>

#include "support/power_cut_vfs.h"
#include "support/small_store.h"

namespace kontor {
namespace {

using store::ReadTx;
using store::Store;
using store::StoreOptions;
using store::WriteTx;
using test::DiskImage;
using test::Recording;
using test::ScratchDir;

constexpr int k_clients = 6;
constexpr int k_writes_each = 20;
// Small, so that many cuts fall into checkpoints.
constexpr std::int64_t k_checkpoint_bytes = 96 * 1024;

struct Tally {
  int points = 0;
  int lost = 0;     // an acknowledged write is not there
  int refused = 0;  // the start sequence did not open the database
  int corrupt = 0;  // opened, but not whole
};

std::string file_bytes(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// One job: a row in each of two tables under one number, and a change to an older row.
Result<void> write_pair(Store& store, std::int64_t number, const std::string& name) {
  return store.write([&](WriteTx& tx) -> Result<void> {
    const std::string email = std::to_string(number);
    tx.prepare("INSERT INTO owners (id, email) VALUES (?1, ?2)")
        .with(number, std::string_view(email))
        .run();
    tx.prepare("INSERT INTO things (id, name, owner_id) VALUES (?1, ?2, ?1)")
        .with(number, std::string_view(name))
        .run();
    tx.prepare("UPDATE things SET amount = amount + 1 WHERE id % 7 = ?1 % 7").with(number).run();
    return {};
  });
}

void run_client(Store& store, test::FaultDisk& disk, int client, unsigned seed) {
  std::mt19937 random(seed + static_cast<unsigned>(client));
  for (int done = 0; done < k_writes_each; ++done) {
    const std::int64_t number = client * 1000 + done + 1;
    const std::string name(20 + random() % 900, 'a');
    if (write_pair(store, number, name).ok()) disk.acknowledge(number);
  }
}

Recording record_run(const std::string& synchronous, unsigned seed) {
  ScratchDir dir(ScratchDir::memory());
  const SystemClock clock;
  test::make_small_database(dir, clock).value();
  test::FaultDisk disk("power-cut");
  disk.record({{"kontor.db", file_bytes(dir.database())}});
  StoreOptions options = test::small_options(dir);
  options.vfs = disk.name();
  options.synchronous = synchronous;
  options.checkpoint_bytes = k_checkpoint_bytes;
  auto store = Store::open(options, clock).value();
  std::vector<std::thread> clients;
  for (int client = 0; client < k_clients; ++client) {
    clients.emplace_back([&, client] { run_client(*store, disk, client, seed); });
  }
  for (std::thread& client : clients) client.join();
  Recording recording = disk.take_recording();
  store->close();
  return recording;
}

void write_image(const ScratchDir& dir, const DiskImage& image) {
  for (const auto& entry : std::filesystem::directory_iterator(dir.path())) {
    std::filesystem::remove(entry.path());
  }
  for (const char* name : {"kontor.db", "kontor.db-wal"}) {
    const auto found = image.find(name);
    if (found == image.end()) continue;
    std::ofstream(dir.path() / name, std::ios::binary) << found->second;
  }
}

Result<bool> is_whole(Store& store) {
  return store.read([](ReadTx& tx) -> Result<bool> {
    auto check = tx.prepare("PRAGMA integrity_check");
    check.step();
    auto halves = tx.prepare(
        "SELECT (SELECT count(*) FROM owners) <> (SELECT count(*) FROM things) OR EXISTS "
        "(SELECT 1 FROM things LEFT JOIN owners USING (id) WHERE owners.id IS NULL)");
    halves.step();
    return check.text(0) == "ok" && halves.integer(0) == 0;
  });
}

Result<std::set<std::int64_t>> numbers(Store& store) {
  return store.read([](ReadTx& tx) -> Result<std::set<std::int64_t>> {
    std::set<std::int64_t> found;
    auto query = tx.prepare("SELECT id FROM things");
    while (query.step()) found.insert(query.integer(0));
    return found;
  });
}

void judge(const ScratchDir& dir, const std::set<std::int64_t>& acknowledged, Tally& tally) {
  const SystemClock clock;
  auto opened = Store::open(test::small_options(dir), clock);
  ++tally.points;
  if (!opened.ok()) {
    ++tally.refused;
    return;
  }
  Store& store = **opened;
  const Result<bool> whole = is_whole(store);
  const auto found = numbers(store);
  if (!whole.ok() || !*whole || !found.ok()) {
    ++tally.corrupt;
    return;
  }
  tally.lost += !std::ranges::includes(*found, acknowledged);
}

Tally cut_power(const std::string& synchronous, int runs, int points_each, int first = 0) {
  Tally tally;
  for (int run = first; run < first + runs; ++run) {
    std::mt19937 random(static_cast<unsigned>(run) + 1);
    const Recording recording = record_run(synchronous, static_cast<unsigned>(run) * 100);
    const ScratchDir dir(ScratchDir::memory());
    for (int cut = 0; cut < points_each; ++cut) {
      const std::size_t point = 1 + random() % recording.events.size();
      write_image(dir, recording.cut(point, random));
      judge(dir, recording.acknowledged(point), tally);
    }
  }
  WARN(synchronous << ": " << tally.points << " cuts, " << tally.lost << " lost writes, "
                   << tally.refused << " refused, " << tally.corrupt << " corrupt");
  return tally;
}

void check_nothing_is_lost(int runs, int first = 0) {
  const Tally tally = cut_power("FULL", runs, 50, first);
  CHECK(tally.points == runs * 50);
  CHECK(tally.lost == 0);
  CHECK(tally.refused == 0);
  CHECK(tally.corrupt == 0);
}

TEST_CASE("F2: no acknowledged write is lost at 100 power cuts") { check_nothing_is_lost(2); }

TEST_CASE("F2: no acknowledged write is lost at 2,000 power cuts", "[slow]") {
  check_nothing_is_lost(40);
}

int number_from(const char* variable, int usual) {
  const char* text = std::getenv(variable);
  return text == nullptr ? usual : std::atoi(text);
}

// scripts/torture says how many, and where the seeds begin.
TEST_CASE("F2: no acknowledged write is lost at as many power cuts as are asked for",
          "[.][torture]") {
  const int runs = std::max(1, number_from("KONTOR_POWER_CUTS", 10'000) / 50);
  check_nothing_is_lost(runs, number_from("KONTOR_TORTURE_SEED", 1'000));
}

TEST_CASE("F2: at synchronous=NORMAL the same cuts lose acknowledged writes") {
  const Tally tally = cut_power("NORMAL", 6, 50);
  CHECK(tally.lost > 0);
}

TEST_CASE("F2: at synchronous=OFF the same cuts leave broken databases") {
  const Tally tally = cut_power("OFF", 6, 50);
  CHECK(tally.lost > 0);
  CHECK(tally.corrupt + tally.refused > 0);
}

}  // namespace
}  // namespace kontor
