// A small disk of its own that really fills up.
#include <sys/mount.h>

#include <catch_amalgamated.hpp>
#include <fstream>
#include <thread>

#include "support/small_store.h"

namespace kontor {
namespace {

using store::StoreOptions;
using test::SmallStore;

class SmallDisk {
 public:
  SmallDisk() { mounted_ = ::mount("tmpfs", path().c_str(), "tmpfs", 0, "size=4m") == 0; }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  ~SmallDisk() {
    if (mounted_) ::umount2(path().c_str(), MNT_DETACH);
  }

  bool mounted() const { return mounted_; }
  const std::filesystem::path& path() const { return dir_.path(); }
  // Takes all the space that is left.
  void fill() const {
    std::ofstream filler(path() / "filler", std::ios::binary);
    const std::string block(4096, 'x');
    while (filler.write(block.data(), 4096) && filler.flush()) {
    }
  }
  void make_room() const { std::filesystem::remove(path() / "filler"); }

 private:
  test::ScratchDir dir_;
  bool mounted_ = false;
};

Code write_until_refused(SmallStore& small, int& written) {
  for (;;) {
    const auto added = small.add(std::string(2'000, 'x'));
    if (!added.ok()) return added.error().code;
    ++written;
  }
}

TEST_CASE("F5: a disk that is really full keeps every acknowledged write and recovers with space") {
  SmallDisk disk;
  if (!disk.mounted()) SKIP("mounting a small disk needs root");
  SmallStore small;
  small.store->close();
  const auto database = disk.path() / "kontor.db";
  std::filesystem::copy_file(small.dir.database(), database);
  StoreOptions options = test::small_options(small.dir);
  options.database = database;
  options.ballast_bytes = 512 * 1024;
  small.open(options);
  disk.fill();

  int written = 0;
  CHECK(write_until_refused(small, written) == Code::disk_full);
  CHECK(small.store->health().disk_full);
  CHECK(small.count() == written);
  CHECK_FALSE(std::filesystem::exists(disk.path() / "kontor.db-reserve"));

  disk.make_room();
  while (small.store->health().disk_full) std::this_thread::yield();
  CHECK(small.add("again").ok());
  CHECK(std::filesystem::exists(disk.path() / "kontor.db-reserve"));
  small.store->close();
  small.open(options);
  CHECK(small.count() == written + 1);
  small.store.reset();
}

StoreOptions on_small_disk(const SmallStore& small, const SmallDisk& disk) {
  StoreOptions options = test::small_options(small.dir);
  options.database = disk.path() / "kontor.db";
  options.ballast_bytes = 512 * 1024;
  std::filesystem::copy_file(small.dir.database(), options.database);
  return options;
}

void check_recovery(SmallStore& small, const SmallDisk& disk, std::int64_t rows) {
  CHECK(small.store->health().disk_full);
  CHECK(small.count() == rows);
  CHECK(small.add("refused").error().code == Code::disk_full);
  disk.make_room();
  while (small.store->health().disk_full) std::this_thread::yield();
  CHECK(small.add("again").ok());
  small.store.reset();
}

TEST_CASE("F5: a start on a full disk serves reads, and takes writes when there is room") {
  SmallDisk disk;
  if (!disk.mounted()) SKIP("mounting a small disk needs root");
  SmallStore small;
  REQUIRE(small.add("kept").ok());
  small.store->close();
  const StoreOptions options = on_small_disk(small, disk);
  small.open(options);
  small.store->close();
  disk.fill();
  small.open(options);
  check_recovery(small, disk, 1);
  small.open(options);
  CHECK(small.count() == 2);
  small.store.reset();
}

TEST_CASE("F5: a log of before the start is kept on a full disk and copied when there is room") {
  SmallDisk disk;
  if (!disk.mounted()) SKIP("mounting a small disk needs root");
  SmallStore small;
  small.store->close();
  const StoreOptions options = on_small_disk(small, disk);
  small.open(options);
  for (int row = 0; row < 100; ++row) REQUIRE(small.add(std::string(2'000, 'x')).ok());
  // As after a kill: the log is there, and the database has none of its rows.
  for (const char* name : {"kontor.db", "kontor.db-wal"}) {
    std::filesystem::copy_file(disk.path() / name,
                               small.dir.path() / (std::string(name) + ".kept"));
  }
  small.store.reset();
  for (const char* name : {"kontor.db", "kontor.db-wal"}) {
    std::filesystem::copy_file(small.dir.path() / (std::string(name) + ".kept"), disk.path() / name,
                               std::filesystem::copy_options::overwrite_existing);
  }
  disk.fill();
  small.open(options);
  check_recovery(small, disk, 100);
  small.open(options);
  CHECK(small.count() == 101);
  small.store.reset();
}

TEST_CASE("F5: a disk too small for the reserve serves reads and refuses writes") {
  SmallDisk disk;
  if (!disk.mounted()) SKIP("mounting a small disk needs root");
  SmallStore small;
  small.store->close();
  StoreOptions options = on_small_disk(small, disk);
  options.ballast_bytes = 8 * 1024 * 1024;
  small.open(options);
  CHECK(small.store->health().disk_full);
  CHECK(small.count() == 0);
  CHECK(small.add("refused").error().code == Code::disk_full);
  small.store.reset();
}

TEST_CASE("F5: a disk with no room to open anything says how much is missing") {
  SmallDisk disk;
  if (!disk.mounted()) SKIP("mounting a small disk needs root");
  SmallStore small;
  small.store->close();
  StoreOptions options = on_small_disk(small, disk);
  disk.fill();
  const auto refused = store::Store::open(options, small.clock);
  CHECK(refused.error().code == Code::disk_full);
  CHECK(refused.error().message.find("bytes are left") != std::string::npos);
}

TEST_CASE("F5: a snapshot to a full disk fails, leaves nothing there, and the store goes on") {
  SmallDisk disk;
  if (!disk.mounted()) SKIP("mounting a small disk needs root");
  SmallStore small;
  for (int row = 0; row < 50; ++row) REQUIRE(small.add(std::string(2'000, 'x')).ok());
  disk.fill();
  std::filesystem::resize_file(disk.path() / "filler",
                               std::filesystem::file_size(disk.path() / "filler") - 16 * 1024);
  const auto target = disk.path() / "copy.db";
  CHECK(small.store->snapshot(target).error().code == Code::disk_full);
  CHECK_FALSE(std::filesystem::exists(target));
  CHECK_FALSE(std::filesystem::exists(target.string() + "-journal"));
  CHECK(small.add("again").ok());
  CHECK_FALSE(small.store->health().disk_full);
  disk.make_room();
  CHECK(small.store->snapshot(target).ok());
}

}  // namespace
}  // namespace kontor
