#include "backup/delivery.h"

#include <sys/stat.h>

#include <catch_amalgamated.hpp>

#include "backup/courier.h"
#include "backup/target_command.h"
#include "backup/target_folder.h"
#include "support/scratch_dir.h"
#include "unit/backup/support.h"

namespace kontor::backup {
namespace {

using test::read_file;
using test::write_file;

constexpr const char* k_old = "kontor-2026-11-20T03-00-00Z-00000001.tar.gz";
constexpr const char* k_new = "kontor-2026-11-21T03-00-00Z-00000002.tar.gz";

class StoppedClock final : public Clock {
 public:
  std::int64_t now_ms() const override { return now_ms_; }
  std::int64_t monotonic_ms() const override { return now_ms_; }
  std::int64_t now_ms_ = 1'790'000'000'000;
};

struct Places {
  test::ScratchDir here{test::ScratchDir::memory()}, there{test::ScratchDir::memory()};
  StoppedClock clock;

  Places() {
    write_file(here.path() / k_old, std::string(3'000'000, 'o'));
    write_file(here.path() / k_new, "the newest");
    write_file(here.path() / "status.json", "{}");
  }

  DeliveryWish to_folder() const {
    return {.backups = here.path(),
            .target = {.kind = BackupTarget::Kind::folder, .place = there.path().string()},
            .store = folder_store(there.path())};
  }
  DeliveryWish to_command(const std::string& command, std::int64_t timeout_ms = 10'000) const {
    return {
        .backups = here.path(),
        .target = {.kind = BackupTarget::Kind::command, .place = command},
        .store = command_store(command, {"PATH=/usr/bin:/bin", "THERE=" + there.path().string()}),
        .timeout_ms = timeout_ms};
  }
  std::size_t entries_there() const {
    return static_cast<std::size_t>(
        std::distance(std::filesystem::directory_iterator(there.path()), {}));
  }
};

TEST_CASE("a folder gets every backup once, the newest first, and nothing else") {
  Places places;
  const auto first = deliver(places.to_folder(), places.clock).value();
  CHECK(first.names == std::vector<std::string>{k_new, k_old});
  CHECK(first.state.waiting.empty());
  CHECK(read_file(places.there.path() / k_old) == std::string(3'000'000, 'o'));
  CHECK(places.entries_there() == 2);
  CHECK(deliver(places.to_folder(), places.clock).value().names.empty());
  // What was taken away there is not brought again.
  std::filesystem::remove(places.there.path() / k_old);
  CHECK(deliver(places.to_folder(), places.clock).value().names.empty());
}

TEST_CASE("a disk that makes no files without names serves as well") {
  Places places;
  const FolderCopy copy{
      .file = places.here.path() / k_old, .folder = places.there.path(), .with_name_only = true};
  REQUIRE(copy_to_folder(copy).ok());
  CHECK(read_file(places.there.path() / k_old) == std::string(3'000'000, 'o'));
  CHECK(places.entries_there() == 1);
}

TEST_CASE("what is in the folder is never overwritten") {
  Places places;
  write_file(places.there.path() / k_new, "another content");
  const auto done = deliver(places.to_folder(), places.clock).value();
  CHECK(done.error.kind == "target_differs");
  CHECK(read_file(places.there.path() / k_new) == "another content");
  // The same content is what was wanted.
  write_file(places.there.path() / k_new, "the newest");
  const auto again = [&] {
    DeliveryWish wish = places.to_folder();
    wish.at_once = true;
    return deliver(wish, places.clock).value();
  }();
  CHECK(again.state.tries.failures == 0);
  CHECK(again.state.delivered.size() == 2);
}

TEST_CASE("a folder that is not there is told, is not made, and is tried again later and later") {
  Places places;
  DeliveryWish wish = places.to_folder();
  wish.target.place += "/not-mounted";
  wish.store = folder_store(wish.target.place);
  std::vector<std::int64_t> pauses;
  for (int i = 0; i < 8; ++i) {
    const auto done = deliver(wish, places.clock).value();
    CHECK(done.error.kind == "target_missing");
    CHECK(done.state.waiting.size() == 2);
    pauses.push_back((done.state.tries.next_try_at_ms - places.clock.now_ms()) / 60'000);
    CHECK(deliver(wish, places.clock).value().error.message.empty());  // it is left alone
    places.clock.now_ms_ = done.state.tries.next_try_at_ms;
  }
  CHECK(pauses == std::vector<std::int64_t>{1, 2, 4, 8, 16, 32, 60, 60});
  CHECK_FALSE(std::filesystem::exists(wish.target.place));
  const std::string line = target_line(read_target_state(places.here.path(), wish.target));
  CHECK(line.find("0 of 2 backups; failed 8 times") != std::string::npos);
  std::filesystem::create_directory(wish.target.place);
  CHECK(deliver(wish, places.clock).value().names.size() == 2);
  CHECK(read_target_state(places.here.path(), wish.target).tries.failures == 0);
}

TEST_CASE("a command gets the name, the size and the bytes") {
  Places places;
  const auto done = deliver(
      places.to_command("cat > \"$THERE/$KONTOR_BACKUP_NAME.$KONTOR_BACKUP_BYTES\""), places.clock);
  REQUIRE(done.ok());
  CHECK(done->names.size() == 2);
  CHECK(read_file(places.there.path() / (std::string(k_new) + ".10")) == "the newest");
  CHECK(read_file(places.there.path() / (std::string(k_old) + ".3000000")) ==
        std::string(3'000'000, 'o'));
}

TEST_CASE("a command that fails is told with its status and the end of its complaint") {
  Places places;
  const auto done =
      deliver(
          places.to_command("head -c 5 > /dev/null; printf 'no route\\nto host.\\n' >&2; exit 7"),
          places.clock)
          .value();
  CHECK(done.state.tries.failures == 1);
  CHECK(done.error.message ==
        "The program that takes the backup away ended with 7: no route to host.");
  const auto loud =
      deliver(places.to_command("yes é | head -c 300001 >&2; kill -9 $$"), places.clock);
  CHECK(loud->error.message.find("was ended by signal 9: ") != std::string::npos);
  CHECK(loud->error.message.size() < 700);
}

TEST_CASE("a command that takes too long is ended with all that it started") {
  Places places;
  const auto began = std::chrono::steady_clock::now();
  // A fifo that nobody writes to: both wait for ever.
  const std::string fifo = (places.there.path() / "fifo").string();
  REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  const CommandCall call{.command = "cat " + fifo + " & cat " + fifo,
                         .file = places.here.path() / k_new,
                         .environment = {"PATH=/usr/bin:/bin"},
                         .timeout_ms = 1};
  const auto handed = hand_to_command(call);
  REQUIRE_FALSE(handed.ok());
  CHECK(handed.error().message.find("did not end within 0 s") != std::string::npos);
  CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds(5));
}

TEST_CASE("a copy that is interrupted leaves nothing, and is no failure") {
  Places places;
  for (const bool with_name : {false, true}) {
    const auto copied = copy_to_folder({.file = places.here.path() / k_old,
                                        .folder = places.there.path(),
                                        .is_cancelled = [] { return true; },
                                        .with_name_only = with_name});
    CHECK(copied.error().kind == "interrupted");
    CHECK(places.entries_there() == 0);
  }
  DeliveryWish wish = places.to_folder();
  wish.is_cancelled = [] { return true; };
  CHECK(deliver(wish, places.clock).value().state.tries.failures == 0);
}

TEST_CASE("two at a time do not copy the same") {
  Places places;
  Result<Delivered> inner = Delivered{};
  DeliveryWish wish = places.to_folder();
  wish.is_cancelled = [&] {
    inner = deliver(places.to_folder(), places.clock);
    return false;
  };
  REQUIRE(deliver(wish, places.clock).ok());
  REQUIRE_FALSE(inner.ok());
  CHECK(inner.error().code == Code::busy);
}

TEST_CASE("a courier brings what comes while it works, and ends at once") {
  Places places;
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<std::string> names;
  const auto wait_for = [&](std::size_t count) {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, std::chrono::seconds(10), [&] { return names.size() == count; });
  };
  Courier courier(std::chrono::minutes(1), [&](const auto&) {
    const auto done = deliver(places.to_folder(), places.clock);
    const std::lock_guard lock(mutex);
    names.insert(names.end(), done->names.begin(), done->names.end());
    changed.notify_all();
  });
  CHECK(wait_for(2));
  write_file(places.here.path() / "kontor-2026-11-22T03-00-00Z-00000003.tar.gz", "later");
  courier.look();
  CHECK(wait_for(3));
}

TEST_CASE("targets are told from what is none") {
  CHECK(BackupTarget::parse("dir:/mnt/usb")->shown() == "dir:/mnt/usb");
  CHECK(BackupTarget::parse("exec:curl -u me:SECRET ftp://x")->shown() == "exec:curl");
  for (const char* text :
       {"", "dir:", "dir:relative", "/mnt/usb", "exec:", "exec:  ", "s3:bucket", "s3://", "s3://ab",
        "s3://Bucket", "s3://bucket//a", "s3://bucket/../a", "s3://bucket/a b"}) {
    INFO(text);
    CHECK_FALSE(BackupTarget::parse(text).has_value());
  }
  const auto bucket = BackupTarget::parse("s3://my-bucket/firm/kontor/");
  CHECK(bucket->shown() == "s3://my-bucket/firm/kontor");
  CHECK(bucket->bucket() == "my-bucket");
  CHECK(bucket->prefix() == "firm/kontor/");
  CHECK(BackupTarget::parse("s3://my-bucket")->prefix().empty());
  CHECK(BackupTarget::parse("dir:/a")->id() != BackupTarget::parse("exec:/a")->id());
}

}  // namespace
}  // namespace kontor::backup
