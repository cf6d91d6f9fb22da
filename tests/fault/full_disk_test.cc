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

TEST_CASE("a disk that is really full keeps every acknowledged write and recovers with space") {
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

TEST_CASE("a disk without room for the reserve refuses the start") {
  SmallDisk disk;
  if (!disk.mounted()) SKIP("mounting a small disk needs root");
  SmallStore small;
  small.store->close();
  StoreOptions options = test::small_options(small.dir);
  options.database = disk.path() / "kontor.db";
  std::filesystem::copy_file(small.dir.database(), options.database);
  options.ballast_bytes = 8 * 1024 * 1024;
  CHECK(store::Store::open(options, small.clock).error().code == Code::disk_full);
}

}  // namespace
}  // namespace kontor
