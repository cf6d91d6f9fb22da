// F2 with the continuous archive: a server that keeps one loses power at a random moment. What the
// archive's folder holds then is taken from the moments at which its files got their names; the
// next server starts on it, and every state that the archive tells of is held against what was
// committed. Two rules broken on purpose show that the same judge can see.
#include <catch_amalgamated.hpp>
#include <cstdlib>
#include <random>
#include <thread>

#include "support/folder_watch.h"
#include "support/power_cut_vfs.h"
#include "unit/backup/archive_support.h"

namespace kontor::backup {
namespace {

using test::ArchivedDir;
using test::DiskEvent;
using test::DiskImage;
using test::FolderWatch;
using test::Recording;

constexpr int k_clients = 3;
constexpr int k_writes_each = 12;
constexpr int k_seconds = 6;
constexpr const char* k_state =
    "SELECT group_concat(id || ':' || length(name) || ':' || amount, ' ') FROM "
    "(SELECT * FROM things ORDER BY id)";

// A life of a server, and what was the case before it.
struct Life {
  Recording disk;
  std::map<std::uint64_t, std::string> states;  // after each commit of the epoch
  std::string last_database;                    // after the clean end
};

void write_pair(ArchivedDir& data, test::FaultDisk& disk, std::int64_t number, std::size_t bytes) {
  const std::string name(bytes, 'a');
  const auto written = data.store->write([&](store::WriteTx& tx) -> Result<void> {
    tx.prepare("INSERT INTO things (id, name) VALUES (?1, ?2)")
        .with(number, std::string_view(name))
        .run();
    tx.prepare("UPDATE things SET amount = amount + 1 WHERE id % 5 = ?1 % 5").with(number).run();
    return {};
  });
  if (written.ok()) disk.acknowledge(number);
}

// Each second is archived before the next one begins, or not; in the middle a base is made.
void pass_time(ArchivedDir& data, std::mt19937& random, const std::atomic<int>& done) {
  for (int second = 1; second <= k_seconds; ++second) {
    while (done < second * k_clients * k_writes_each / (k_seconds + 1)) std::this_thread::yield();
    data.next_second();
    if (random() % 3 != 0) data.flush();
    if (second == k_seconds / 2) data.make_base();
  }
}

void live(ArchivedDir& data, test::FaultDisk& disk, unsigned seed) {
  std::atomic<int> done = 0;
  std::vector<std::thread> clients;
  for (int client = 0; client < k_clients; ++client) {
    clients.emplace_back([&, client] {
      std::mt19937 random(seed + static_cast<unsigned>(client));
      for (int at = 0; at < k_writes_each; ++at, ++done) {
        write_pair(data, disk, client * 1000 + at + 1, 20 + random() % 900);
      }
    });
  }
  std::mt19937 random(seed + 99);
  pass_time(data, random, done);
  for (std::thread& client : clients) client.join();
}

// Two lives, of which the second is recorded; its epoch began in the first.
Life record_life(unsigned seed, const std::string& synchronous) {
  ArchivedDir data;
  data.start();
  data.make_base();
  data.add_in_its_second("from before");
  data.stop();
  const std::uint64_t commits_before = read_end(data.archive())->place.commit;

  Life life;
  test::FaultDisk disk("power-cut-archive");
  FolderWatch watch(data.dir.path());
  std::vector<DiskEvent> before;
  watch.look(before);
  DiskImage image{{"kontor.db", test::read_file(data.dir.database())}};
  for (DiskEvent& event : before) image[event.file] = std::move(event.bytes);
  disk.look_beside([&](std::vector<DiskEvent>& events) { watch.look(events); });
  disk.record(std::move(image));
  data.adjust = [&](store::StoreOptions& options) {
    options.vfs = disk.name();
    options.synchronous = synchronous;
    if (synchronous != "FULL") options.checkpoint_bytes = 64 * 1024 * 1024;  // it syncs the log
    options.before_commit = [&](store::WriteTx& tx) {
      auto row = tx.prepare(k_state);
      row.step();
      life.states[commits_before + data.store->log_tap()->last_commit() + 1] = row.text(0);
    };
  };
  data.start();
  live(data, disk, seed);
  data.stop();
  disk.acknowledge(0);
  disk.look_beside({});
  life.disk = disk.take_recording();
  life.last_database = test::read_file(data.dir.database());
  for (std::uint64_t commit = 1; commit <= commits_before; ++commit) life.states[commit] = "1:11:0";
  return life;
}

// The archive's files at the cut. A name is there for good once its folder was synced, which is
// before the next one is given: of the last one that is not known. What comes next may lie there in
// part, under the name that it has until it is whole.
void cut_archive(const Life& life, std::size_t point, std::mt19937& random, DiskImage& image) {
  using Kind = DiskEvent::Kind;
  const auto& events = life.disk.events;
  std::vector<const DiskEvent*> changes;
  for (std::size_t at = 0; at < point; ++at) {
    if (events[at].kind == Kind::appear || events[at].kind == Kind::vanish) {
      changes.push_back(&events[at]);
    }
  }
  if (!changes.empty() && random() % 2 == 0) changes.pop_back();
  for (const DiskEvent* change : changes) {
    if (change->kind == Kind::vanish) image.erase(change->file);
    else image[change->file] = change->bytes;
  }
  for (std::size_t at = point; at < events.size(); ++at) {
    if (events[at].kind != Kind::appear) continue;
    const std::size_t bytes = random() % (events[at].bytes.size() + 1);
    image[events[at].file + ".new-a1B2c3"] = events[at].bytes.substr(0, bytes);
    break;
  }
}

// The pages of a database. A copy for a backup counts the changes of its header anew, until a
// change of the first page brings them (sqlite.org/fileformat2.html, 1.3: offsets 24, 40 and 92).
std::string pages_of(const std::filesystem::path& database) {
  std::string bytes = test::read_file(database);
  for (const std::size_t at : {24U, 40U, 92U}) {
    if (bytes.size() > at) bytes.replace(at, 4, 4, '\0');
  }
  return bytes;
}

// A database that is as the clean end left it is so with all its file's times, which a copy has
// not. The clock of the files ticks every few milliseconds.
void keep_mark(ArchivedDir& data, const Life& life) {
  auto end = read_end(data.archive());
  if (!end) return;
  const std::string bytes = test::read_file(data.dir.database());
  if (bytes != life.last_database && bytes != life.disk.before.at("kontor.db")) return;
  std::this_thread::sleep_for(std::chrono::milliseconds(12));
  end->database = database_mark(data.dir.database());
  write_end(data.archive(), *end).value();
}

void put_image(ArchivedDir& data, const DiskImage& image, const Life& life) {
  for (const auto& entry : std::filesystem::directory_iterator(data.dir.path())) {
    std::filesystem::remove_all(entry.path());
  }
  std::filesystem::create_directories(data.archive());
  for (const auto& [name, bytes] : image) test::write_file(data.dir.path() / name, bytes);
  keep_mark(data, life);
}

struct Tally {
  int points = 0;
  int refused = 0;       // the store did not open, or what lies in the archive could not be read
  int lost = 0;          // an acknowledged write is not in the database
  int ahead = 0;         // the archive tells of a commit that the database has not
  int wrong_moment = 0;  // a moment before the cut is not what was committed then
  int wrong_latest = 0;  // the last moment is not, page by page, the live database
  int findings = 0;      // verify finds something wrong
  int went_on = 0;       // the epoch went on: nothing had happened since the clean end
  int moments = 0;       // restored from before the cut
  bool is_right() const {
    return refused + lost + ahead + wrong_moment + wrong_latest + findings == 0;
  }
};

enum class Rule { kept, epoch_goes_on };  // the second: as if the last server had ended cleanly

class Judge {
 public:
  Judge(const Life& life, std::size_t point, std::mt19937& random, Tally& tally)
      : life_(life), point_(point), random_(random), tally_(tally) {}

  void run(Rule rule) {
    ++tally_.points;
    DiskImage image = life_.disk.cut(point_, random_);
    cut_archive(life_, point_, random_, image);
    put_image(data_, image, life_);
    const auto epochs = list_epochs(data_.archive());
    if (!epochs.ok() || epochs->size() != 1) {
      ++tally_.refused;
      return;
    }
    old_ = epochs->front();
    try {
      start(rule);
      hold_database();
      hold_moments();
      go_on();
    } catch (const std::exception&) {
      ++tally_.refused;
    }
  }

 private:
  void start(Rule rule) {
    if (rule == Rule::epoch_goes_on && !old_.segments.empty()) {
      // Opened and closed first, so that the file stays as it is from here on.
      auto options = test::small_options(data_.dir);
      store::Store::open(options, data_.clock).value()->close();
      const Segment last = read_segment(old_.segments.back().file, {}).value();
      write_end(data_.archive(), {.epoch = old_.name,
                                  .place = {last.head.sequence, last.head.last_commit, last.hash},
                                  .last_ms = last.head.last_ms,
                                  .database = database_mark(data_.dir.database())})
          .value();
    }
    data_.clock.ahead_ms = (k_seconds + 5) * 1000;
    data_.start();
    tally_.went_on += data_.archiver->figures().epochs == 0 ? 1 : 0;
  }

  std::string state_of(const std::filesystem::path& database) const {
    store::Connection reader({.database = database, .role = store::Role::reader});
    return reader.text(k_state);
  }

  const std::string& state_after(std::uint64_t commit) const {
    return std::prev(life_.states.upper_bound(commit))->second;
  }

  void hold_database() {
    const std::string now = state_of(data_.dir.database());
    const std::string padded = " " + now;
    const auto acknowledged = life_.disk.acknowledged(point_);
    tally_.lost += std::ranges::any_of(acknowledged, [&](std::int64_t id) {
      return id != 0 && padded.find(" " + std::to_string(id) + ":") == std::string::npos;
    });
    std::uint64_t has = 0;
    for (const auto& [commit, state] : life_.states) has = state == now ? commit : has;
    const std::uint64_t archived =
        old_.segments.empty() ? 0 : read_segment(old_.segments.back().file, {})->head.last_commit;
    tally_.ahead += archived > has ? 1 : 0;
  }

  // The first moment that there is, the last before the cut, and one between.
  void hold_moments() {
    const std::int64_t first_ms = old_.segments.front().second_ms + 1000;
    const std::int64_t last_ms = old_.segments.back().second_ms + 1000;
    std::uniform_int_distribution<std::int64_t> seconds(0, (last_ms - first_ms) / 1000);
    for (const std::int64_t at_ms : {last_ms, first_ms + seconds(random_) * 1000}) {
      const auto point = find_point(data_.archive(), data_.backups(), at_ms, {});
      ++tally_.moments;
      const bool is_right = point.ok() && point->epoch == old_.name &&
                            state_in(*point) == state_after(point->last_commit);
      tally_.wrong_moment += is_right ? 0 : 1;
    }
  }

  std::string state_in(const ArchivePoint& point) {
    const auto target = data_.dir.path() / ("moment-" + std::to_string(++targets_));
    const auto made = restore_to(point.backup, target, {archive_step(point, {})}, data_.random);
    return made.ok() ? state_of(target / "kontor.db") : made.error().message;
  }

  void go_on() {
    data_.add("after the cut");
    if (random_() % 2 == 0) data_.flush();
    if (!data_.archiver->figures().has_base) data_.make_base();
    data_.add_in_its_second("and a second later");
    data_.stop();
    const auto point = find_point(data_.archive(), data_.backups(), {}, {});
    const auto target = data_.dir.path() / "latest";
    const bool restored =
        point.ok() &&
        restore_to(point->backup, target, {archive_step(*point, {})}, data_.random).ok();
    const bool is_right =
        restored && pages_of(target / "kontor.db") == pages_of(data_.dir.database());
    tally_.wrong_latest += is_right ? 0 : 1;
    const auto report = check_archive(data_.archive(), data_.backups(), {});
    tally_.findings += report.ok() && report->findings.empty() ? 0 : 1;
  }

  const Life& life_;
  const std::size_t point_;
  std::mt19937& random_;
  Tally& tally_;
  ArchivedDir data_;
  Epoch old_;
  int targets_ = 0;
};

Tally cut_power(int runs, int points_each, unsigned first = 0,
                const std::string& synchronous = "FULL", Rule rule = Rule::kept) {
  Tally tally;
  for (unsigned run = first; run < first + static_cast<unsigned>(runs); ++run) {
    std::mt19937 random(run + 1);
    const Life life = record_life(run * 100, synchronous);
    for (int cut = 0; cut < points_each; ++cut) {
      const std::size_t point = 1 + random() % life.disk.events.size();
      Judge(life, point, random, tally).run(rule);
    }
  }
  WARN(tally.points << " cuts, " << tally.moments << " moments from before, " << tally.went_on
                    << " epochs went on; " << tally.refused << " refused, " << tally.lost
                    << " lost writes, " << tally.ahead << " archives ahead, " << tally.wrong_moment
                    << " wrong moments, " << tally.wrong_latest << " wrong ends, " << tally.findings
                    << " findings");
  return tally;
}

TEST_CASE("F2: at power cuts the archive loses nothing, tells nothing wrong, and goes on") {
  CHECK(cut_power(2, 8).is_right());
}

int number_from(const char* variable, int usual) {
  const char* text = std::getenv(variable);
  return text == nullptr ? usual : std::atoi(text);
}

// scripts/torture says how many, and where the seeds begin.
TEST_CASE("F2: at as many power cuts with an archive as are asked for", "[.][torture]") {
  const int cuts = number_from("KONTOR_ARCHIVE_CUTS", 2'000);
  const int runs = std::max(1, cuts / 40);
  const auto seed = static_cast<unsigned>(number_from("KONTOR_TORTURE_SEED", 1'000));
  const Tally tally = cut_power(runs, cuts / runs, seed);
  CHECK(tally.is_right());
  if (cuts >= 1'000) CHECK(tally.went_on > 0);
  CHECK(tally.went_on < tally.points / 2);
}

// Runs until something is seen; what happens at a cut is chance.
bool is_seen(int Tally::*what, const std::string& synchronous, Rule rule) {
  constexpr unsigned k_most_runs = 20;
  for (unsigned run = 0; run < k_most_runs; ++run) {
    if (cut_power(1, 8, run, synchronous, rule).*what > 0) return true;
  }
  return false;
}

TEST_CASE("F2: an archive that went on where a server was lost would be seen to be wrong") {
  CHECK(is_seen(&Tally::wrong_latest, "FULL", Rule::epoch_goes_on));
}

TEST_CASE("F2: an archive of commits that are not on disk yet would be seen to be ahead") {
  CHECK(is_seen(&Tally::ahead, "NORMAL", Rule::kept));
}

}  // namespace
}  // namespace kontor::backup
