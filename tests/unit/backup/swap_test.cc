#include "backup/swap.h"

#include <sys/wait.h>
#include <unistd.h>

#include <catch_amalgamated.hpp>

#include "backup/table_digest.h"
#include "unit/backup/support.h"

namespace kontor {
namespace {

using test::read_file;
using test::SmallDataDir;
using test::write_file;

constexpr std::int64_t k_now_ms = 1'795'000'000'000;

// One thing, one file and one setting when the backup is made; afterwards everything differs.
struct Changed : SmallDataDir {
  backup::Made made = make_backup();

  Changed() {
    add("four").value();
    write_file(path() / "files/cd/cdef", "a newer file");
    write_file(path() / "kontor.toml", "currency = \"VND\"\n");
    store->close();
    // As after a crash: a log beside the database, which must not meet another database.
    write_file(path() / "kontor.db-wal", "the log of the old database");
    write_file(path() / "kontor.db-running", "");
  }
};

std::int64_t things_in(const std::filesystem::path& database) {
  const auto contents = backup::read_contents(database).value();
  for (const auto& table : contents.tables) {
    if (table.name == "things") return table.rows;
  }
  return -1;
}

bool is_new(const std::filesystem::path& dir) {
  return !std::filesystem::exists(dir / "kontor.db-wal") &&
         !std::filesystem::exists(dir / "kontor.db-running") && things_in(dir / "kontor.db") == 3 &&
         !std::filesystem::exists(dir / "files/cd/cdef") &&
         read_file(dir / "kontor.toml") == "currency = \"EUR\"\n";
}

bool is_old(const std::filesystem::path& dir) {
  return read_file(dir / "kontor.db-wal") == "the log of the old database" &&
         std::filesystem::exists(dir / "kontor.db-running") &&
         read_file(dir / "files/cd/cdef") == "a newer file" &&
         read_file(dir / "kontor.toml") == "currency = \"VND\"\n";
}

bool has_leftovers(const std::filesystem::path& dir) {
  for (const auto& entry : std::filesystem::directory_iterator(dir)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(".kontor-staging") || name.starts_with("restore.journal")) return true;
  }
  return false;
}

// Runs `work` in a process that ends without any clean-up before the given step. False: it came to
// its end before that.
bool killed_at(int step, const std::function<void(const backup::StepObserver&)>& work) {
  const pid_t child = ::fork();
  if (child == 0) {
    work([step](int at) {
      if (at == step) ::_exit(99);
    });
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  REQUIRE(WIFEXITED(status));
  REQUIRE((WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 99));
  return WEXITSTATUS(status) == 99;
}

TEST_CASE("a restore in place brings all of the backup, and keeps what was there aside") {
  Changed data;
  const auto swapped =
      backup::restore_in_place(data.made.file, data.path(), {}, k_now_ms, data.random);
  REQUIRE(swapped.ok());
  CHECK(is_new(data.path()));
  CHECK(is_old(swapped->aside));
  CHECK(swapped->aside.filename().string().starts_with("before-restore-2026-11-18T"));
  CHECK(read_file(data.path() / "master.key") == "0123456789-secret-key-0123456789");
  CHECK_FALSE(has_leftovers(data.path()));
}

TEST_CASE("an undo brings the old data back with their log, and can be undone") {
  Changed data;
  backup::restore_in_place(data.made.file, data.path(), {}, k_now_ms, data.random).value();
  const auto undone = backup::undo_restore(data.path(), k_now_ms + 5000);
  REQUIRE(undone.ok());
  CHECK(is_old(data.path()));
  CHECK(things_in(undone->aside / "kontor.db") == 3);
  CHECK(backup::undo_restore(data.path(), k_now_ms + 9000).ok());
  CHECK(is_new(data.path()));
}

TEST_CASE("nothing to undo is said") {
  SmallDataDir data;
  const auto undone = backup::undo_restore(data.path(), k_now_ms);
  REQUIRE_FALSE(undone.ok());
  CHECK(undone.error().kind == "nothing_to_undo");
}

TEST_CASE("a backup that is not sound changes nothing") {
  Changed data;
  std::string bytes = read_file(data.made.file);
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  write_file(data.made.file, bytes);
  const auto swapped =
      backup::restore_in_place(data.made.file, data.path(), {}, k_now_ms, data.random);
  REQUIRE_FALSE(swapped.ok());
  CHECK(is_old(data.path()));
  CHECK_FALSE(has_leftovers(data.path()));
}

TEST_CASE("killed at any step, a restore has either not begun or is finished by the next start") {
  int step = 0, finished_later = 0;
  while (true) {
    Changed data;
    INFO("step " << step);
    const bool killed = killed_at(step, [&](const backup::StepObserver& observe) {
      SystemRandom random;
      if (!backup::restore_in_place(data.made.file, data.path(), {}, k_now_ms, random, observe)
               .ok())
        ::_exit(1);
    });
    const auto finished = backup::finish_swap(data.path());
    REQUIRE(finished.ok());
    finished_later += *finished ? 1 : 0;
    if (step == 0) REQUIRE(is_old(data.path()));
    else REQUIRE(is_new(data.path()));
    REQUIRE_FALSE(has_leftovers(data.path()));
    REQUIRE_FALSE(backup::is_swap_interrupted(data.path()));
    if (!killed) break;
    ++step;
  }
  CHECK(step >= 9);
  CHECK(finished_later == step - 1);
}

TEST_CASE("killed twice, an undo still comes to its end") {
  for (int second = 0; second < 6; ++second) {
    Changed data;
    backup::restore_in_place(data.made.file, data.path(), {}, k_now_ms, data.random).value();
    REQUIRE(killed_at(4, [&](const backup::StepObserver& observe) {
      if (!backup::undo_restore(data.path(), k_now_ms + 5000, observe).ok()) ::_exit(1);
    }));
    INFO("second kill at step " << second);
    killed_at(second, [&](const backup::StepObserver& observe) {
      if (!backup::finish_swap(data.path(), observe).ok()) ::_exit(1);
    });
    REQUIRE(backup::finish_swap(data.path()).ok());
    REQUIRE(is_old(data.path()));
    REQUIRE_FALSE(has_leftovers(data.path()));
  }
}

TEST_CASE("a journal whose new data are gone moves nothing") {
  Changed data;
  write_file(data.path() / "restore.journal",
             R"({"from":".kontor-staging-gone","aside":"before-restore-x",)"
             R"("out":["kontor.db"],"in":["kontor.db"]})");
  const auto finished = backup::finish_swap(data.path());
  REQUIRE_FALSE(finished.ok());
  CHECK(finished.error().code == Code::verification_failed);
  CHECK(is_old(data.path()));
  CHECK(std::filesystem::exists(data.path() / "kontor.db"));
}

TEST_CASE("a journal that names other folders is not followed") {
  Changed data;
  for (const char* text : {"", "{}", R"({"from":"../x","aside":"a","out":[],"in":[]})",
                           R"({"from":"x","aside":"a/b","out":[],"in":[]})",
                           R"({"from":"x","aside":"a","out":["master.key"],"in":[]})"}) {
    write_file(data.path() / "restore.journal", text);
    CHECK(backup::finish_swap(data.path()).error().kind == "journal_damaged");
  }
}

}  // namespace
}  // namespace kontor
