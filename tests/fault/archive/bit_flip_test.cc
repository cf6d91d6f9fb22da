// F7: one bit changed anywhere in what a server and its archive keep. Either that is reported
// before anything of it is served or restored, or what is served is what was there; the table that
// each run prints tells how often which.
#include <catch_amalgamated.hpp>
#include <cstdlib>
#include <random>

#include "store/page_checksums.h"
#include "store/sql_failure.h"
#include "unit/backup/archive_support.h"

namespace kontor::backup {
namespace {

using test::ArchivedDir;
using Names = std::vector<std::string>;

enum class Outcome { reported, unread, blind, silent };

struct Tally {
  int reported = 0;  // an error, a refusal, a finding
  int unread = 0;    // all that was there came back
  int blind = 0;     // the end of a log, which a power cut may have left like that
  int silent = 0;    // other values, and not a word
  void count(Outcome outcome) {
    ++(outcome == Outcome::reported ? reported
       : outcome == Outcome::unread ? unread
       : outcome == Outcome::blind  ? blind
                                    : silent);
  }
};

// Something that a bit may be changed in.
class Subject {
 public:
  virtual ~Subject() = default;
  virtual std::string name() const = 0;
  // The file to change, by chance if there are several.
  virtual std::filesystem::path pick(std::mt19937& random) = 0;
  virtual Outcome judge() = 0;
};

Outcome flip_one(Subject& subject, const std::filesystem::path& file, std::size_t bit) {
  const std::string whole = test::read_file(file);
  std::string bytes = whole;
  bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << bit % 8));
  test::write_file(file, bytes);
  const Outcome outcome = subject.judge();
  if (outcome == Outcome::silent) FAIL_CHECK(file.filename() << ": bit " << bit);
  test::write_file(file, whole);
  return outcome;
}

Tally flip(Subject& subject, int flips, std::mt19937& random) {
  Tally tally;
  for (int at = 0; at < flips; ++at) {
    const std::filesystem::path file = subject.pick(random);
    std::uniform_int_distribution<std::size_t> bits(0, 8 * std::filesystem::file_size(file) - 1);
    tally.count(flip_one(subject, file, bits(random)));
  }
  WARN(subject.name() << ": " << flips << " flips, " << tally.reported << " reported, "
                      << tally.unread << " without effect, " << tally.blind
                      << " at the end of the log, " << tally.silent << " silent");
  return tally;
}

const Names k_names = [] {
  Names names;
  names.emplace_back(9'000, 'o');  // on pages of its own
  for (int at = 0; at < 30; ++at) names.push_back(std::to_string(at) + std::string(700, 'n'));
  return names;
}();

Result<Names> names_in(store::Store& store) {
  return store.read([](store::ReadTx& tx) -> Result<Names> {
    Names names;
    auto row = tx.prepare("SELECT name FROM things ORDER BY id");
    while (row.step()) names.emplace_back(row.text(0));
    return names;
  });
}

// A data directory as a server left it, with page checksums.
class Database : public Subject {
 public:
  explicit Database(bool was_killed) : log_(was_killed) {
    test::ScratchDir dir(test::ScratchDir::memory());
    test::make_small_database(dir, clock_).value();
    REQUIRE(store::add_page_checksums(dir.database()).value());
    auto options = test::small_options(dir);
    auto store = store::Store::open(options, clock_).value();
    for (const std::string& name : k_names) {
      REQUIRE(store
                  ->write([&](store::WriteTx& tx) -> Result<void> {
                    tx.prepare("INSERT INTO things (name) VALUES (?1)")
                        .with(std::string_view(name))
                        .run();
                    return {};
                  })
                  .ok());
    }
    if (!was_killed) store->close();
    for (const char* end : {"", "-wal"}) {
      whole_.push_back(test::read_file(dir.database().string() + end));
    }
    lay_out();
  }

  std::string name() const override { return log_ ? "log after a kill" : "database"; }
  std::filesystem::path pick(std::mt19937&) override {
    lay_out();
    return dir_.database().string() + (log_ ? "-wal" : "");
  }

  Outcome judge() override {
    auto opened = store::Store::open(test::small_options(dir_), clock_);
    if (!opened.ok()) return Outcome::reported;
    const auto names = names_in(**opened);
    if (!names.ok()) return Outcome::reported;
    if (*names == k_names) return Outcome::unread;
    const auto kept = static_cast<std::ptrdiff_t>(names->size());
    const bool is_beginning = log_ && names->size() + 1 >= k_names.size() &&
                              Names(k_names.begin(), k_names.begin() + kept) == *names;
    return is_beginning ? Outcome::blind : Outcome::silent;
  }

 private:
  void lay_out() const {
    std::filesystem::remove(dir_.database().string() + "-shm");
    test::write_file(dir_.database(), whole_[0]);
    if (log_) test::write_file(dir_.database().string() + "-wal", whole_[1]);
    else std::filesystem::remove(dir_.database().string() + "-wal");
  }

  const bool log_;
  SystemClock clock_;
  test::ScratchDir dir_{test::ScratchDir::memory()};
  std::vector<std::string> whole_;
};

// An archive with a base and segments upon it, and what is changed of it.
class Archive : public Subject {
 public:
  enum class Part { segments, records, backup };

  Archive(bool is_sealed, Part part) : is_sealed_(is_sealed), part_(part) {
    keys_.add(key_);
    if (is_sealed) recipients_.keys = {key_.public_key()};
    data_.form = segment_form(recipients_, keys_);
    data_.start();
    const BaseMark mark = data_.archiver->begin_base();
    base_ = create_backup({.data_dir = data_.dir.path(),
                           .folder = data_.backups(),
                           .reason = "base",
                           .recipients = recipients_},
                          data_.clock, data_.random)
                .value();
    data_.archiver->add_base(mark, base_).value();
    for (const std::string& name : k_names) {
      data_.add(name);
      if (name.starts_with("1")) data_.add_in_its_second("x");
      names_.push_back(name);
      if (name.starts_with("1")) names_.emplace_back("x");
    }
    data_.stop();
    segments_ = data_.segments();
    const Epoch epoch = list_epochs(data_.archive()).value().front();
    records_ = {epoch.folder / "epoch.json", epoch.folder / ("base-" + epoch.bases[0].id + ".json"),
                data_.archive() / "end.json"};
  }

  std::string name() const override {
    const std::string what = part_ == Part::segments  ? "segments"
                             : part_ == Part::records ? "records of the archive"
                                                      : "backup and its manifest";
    return what + (is_sealed_ ? ", sealed" : "");
  }

  std::filesystem::path pick(std::mt19937& random) override {
    if (part_ == Part::backup) return base_.file;
    const auto& files = part_ == Part::segments ? segments_ : records_;
    return files[random() % files.size()];
  }

  // An end that cannot be read begins a new epoch at the next start, which says why.
  Outcome judge() override {
    if (part_ == Part::records && !read_end(data_.archive())) return Outcome::reported;
    const auto point = find_point(data_.archive(), data_.backups(), {}, data_.form);
    if (!point.ok()) return Outcome::reported;
    const auto target = data_.dir.path() / "restored";
    std::filesystem::remove_all(target);
    const auto restored =
        restore_to(point->backup, target, {archive_step(*point, data_.form)}, data_.random, keys_);
    if (!restored.ok()) return Outcome::reported;
    const auto names = data_.names_in(target / "kontor.db");
    return names.ok() && *names == names_ ? Outcome::unread : Outcome::silent;
  }

 private:
  const bool is_sealed_;
  const Part part_;
  const SecretSealKey key_ = SecretSealKey::make();
  Keyring keys_;
  Recipients recipients_;
  ArchivedDir data_;
  Made base_;
  Names names_;
  std::vector<std::filesystem::path> segments_, records_;
};

void flip_everywhere(int flips_each, unsigned seed) {
  using Part = Archive::Part;
  std::mt19937 random(seed);
  const auto run = [&](auto&& subject, int unread_of_hundred) {
    const Tally tally = flip(subject, flips_each, random);
    CHECK(tally.silent == 0);
    CHECK(tally.unread * 100 <= unread_of_hundred * flips_each);
    // One commit of thirty, in which a flip cannot be told from a power cut.
    CHECK(tally.blind * 100 <= 10 * flips_each + 300);
  };
  run(Database(false), 100);
  run(Database(true), 100);
  for (const bool is_sealed : {false, true}) {
    run(Archive(is_sealed, Part::segments), 0);
    run(Archive(is_sealed, Part::backup), 0);
  }
  run(Archive(false, Part::records), 0);
}

int number_from(const char* variable, int usual) {
  const char* text = std::getenv(variable);
  return text == nullptr ? usual : std::atoi(text);
}

TEST_CASE("F7: a flipped bit anywhere is reported before data is served or restored") {
  flip_everywhere(30, 1);
}

// scripts/torture says how many, and where the seeds begin.
TEST_CASE("F7: of as many flipped bits as are asked for none goes unseen", "[.][torture]") {
  flip_everywhere(number_from("KONTOR_FLIPS", 10'000) / 7,
                  static_cast<unsigned>(number_from("KONTOR_TORTURE_SEED", 2)));
}

// The byte of the header by which the checks are switched on (sqlite.org/fileformat2.html, 1.3.4).
TEST_CASE("F7: a database whose checksums are switched off by a flipped bit is refused") {
  Database database(false);
  std::mt19937 random(3);
  for (std::size_t bit = 20 * 8; bit < 21 * 8; ++bit) {
    CHECK(flip_one(database, database.pick(random), bit) == Outcome::reported);
  }
}

}  // namespace
}  // namespace kontor::backup
