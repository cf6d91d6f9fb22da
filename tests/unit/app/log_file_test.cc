// The log's file: rotation by size and age, old files, and a disk that takes nothing.
#include "log_file.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <catch_amalgamated.hpp>
#include <fstream>
#include <set>
#include <sstream>
#include <thread>
#include <vector>

#include "support/scratch_dir.h"
#include "unit/base/fakes.h"

namespace kontor::app {
namespace {

class MemorySink final : public LogSink {
 public:
  void write(std::string_view line) override {
    const std::lock_guard lock(mutex_);
    text_ += line;
  }
  std::string text() const {
    const std::lock_guard lock(mutex_);
    return text_;
  }

 private:
  mutable std::mutex mutex_;
  std::string text_;
};

std::string content(const std::filesystem::path& file) {
  std::string text;
  gzFile in = gzopen(file.c_str(), "rb");  // reads plain files as they are
  REQUIRE(in != nullptr);
  std::array<char, 4096> chunk{};
  for (int got = 0; (got = gzread(in, chunk.data(), chunk.size())) > 0;)
    text.append(chunk.data(), static_cast<std::size_t>(got));
  gzclose(in);
  return text;
}

std::vector<std::filesystem::path> files_in(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

bool is_gzip(const std::filesystem::path& file) { return file.extension() == ".gz"; }

// The archive works on its own thread.
template <class Condition>
bool comes_true(Condition&& condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::yield();
  }
  return true;
}

struct World {
  test::ScratchDir folder;
  FakeClock clock{1'763'717'880'000};  // 2025-11-21T09:38:00Z
  MemorySink fallback;
  std::filesystem::path path = folder.path() / "kontor.log";
  LogFileOptions options(std::int64_t max_bytes, std::int64_t max_age_ms, std::size_t keep) const {
    return {.path = path, .max_bytes = max_bytes, .max_age_ms = max_age_ms, .keep = keep};
  }
};

TEST_CASE("without a path every line goes to the fallback", "[log_file]") {
  World world;
  LogFile file(world.clock, {}, world.fallback);
  file.write("one\n");
  file.reopen();
  CHECK(world.fallback.text() == "one\n");
}

TEST_CASE("a full file is put aside, compressed, and no line is lost or cut", "[log_file]") {
  World world;
  {
    LogFile file(world.clock, world.options(100, 0, 50), world.fallback);
    for (int i = 0; i < 40; ++i) file.write("line number " + std::to_string(100 + i) + "\n");
    CHECK(comes_true([&] {
      const auto files = files_in(world.folder.path());
      return files.size() == 7 && std::count_if(files.begin(), files.end(), is_gzip) == 6;
    }));
  }
  std::multiset<std::string> lines;
  for (const auto& file : files_in(world.folder.path())) {
    CHECK(content(file).size() <= 100);
    std::istringstream text(content(file));
    for (std::string line; std::getline(text, line);) lines.insert(line);
  }
  CHECK(lines.size() == 40);
  CHECK(*lines.begin() == "line number 100");
  CHECK(*lines.rbegin() == "line number 139");
  CHECK(world.fallback.text().empty());
}

TEST_CASE("an old file is put aside at its age, whatever its size", "[log_file]") {
  World world;
  LogFile file(world.clock, world.options(0, 3'600'000, 5), world.fallback);
  file.write("today\n");
  world.clock.ms += 3'600'000;
  file.write("still today\n");
  world.clock.ms += 1;
  file.write("tomorrow\n");
  CHECK(content(world.path) == "tomorrow\n");
  CHECK(comes_true(
      [&] { return std::filesystem::exists(world.path.string() + ".20251121T103800.001Z.gz"); }));
  CHECK(content(world.path.string() + ".20251121T103800.001Z.gz") == "today\nstill today\n");
}

TEST_CASE("only so many old files are kept, and nobody else's are touched", "[log_file]") {
  World world;
  const auto other = world.folder.path() / "kontor.log.backup";
  std::ofstream(other) << "mine";
  LogFile file(world.clock, world.options(10, 0, 2), world.fallback);
  for (int i = 0; i < 9; ++i) {
    world.clock.ms += 1000;
    file.write("123456789\n");
  }
  CHECK(comes_true([&] {
    const auto files = files_in(world.folder.path());
    return files.size() == 4 && std::count_if(files.begin(), files.end(), is_gzip) == 2;
  }));
  CHECK(std::filesystem::exists(other));
  CHECK(std::filesystem::exists(world.path.string() + ".20251121T093809.000Z.gz"));
}

TEST_CASE("what an earlier run left uncompressed is compressed at the start", "[log_file]") {
  World world;
  const std::string old = world.path.string() + ".20251120T000000.000Z";
  std::ofstream(old) << "left\n";
  std::ofstream(old + ".gz.tmp") << "half";
  const LogFile file(world.clock, world.options(1'000, 0, 5), world.fallback);
  CHECK(comes_true([&] { return !std::filesystem::exists(old); }));
  CHECK(content(old + ".gz") == "left\n");
  CHECK_FALSE(std::filesystem::exists(old + ".gz.tmp"));
}

TEST_CASE("after logrotate has moved the file, reopening makes a new one", "[log_file]") {
  World world;
  LogFile file(world.clock, world.options(0, 0, 5), world.fallback);
  file.write("before\n");
  const auto moved = world.folder.path() / "moved";
  std::filesystem::rename(world.path, moved);
  file.write("still there\n");
  file.reopen();
  file.write("after\n");
  CHECK(content(moved) == "before\nstill there\n");
  CHECK(content(world.path) == "after\n");
}

TEST_CASE("a file that cannot be opened is told once, and no line is lost", "[log_file]") {
  World world;
  const auto folder = world.folder.path() / "later";
  LogFileOptions options{.path = folder / "kontor.log"};
  LogFile file(world.clock, options, world.fallback);
  file.write("one\n");
  file.write("two\n");
  const std::string told = world.fallback.text();
  CHECK(told == "The log file " + options.path.string() +
                    " takes no lines (No such file or directory); they come here instead.\n"
                    "one\ntwo\n");
  CHECK(file.refused_lines() == 2);
  std::filesystem::create_directory(folder);
  world.clock.ms += 10'000;
  file.write("three\n");
  CHECK(content(options.path) == "three\n");
  CHECK(world.fallback.text() ==
        told + "The log file " + options.path.string() + " takes lines again.\n");
}

TEST_CASE("a full disk stops nobody", "[log_file]") {
  World world;
  LogFile file(world.clock, {.path = "/dev/full", .max_bytes = 100}, world.fallback);
  for (int i = 0; i < 100; ++i) file.write("a line\n");
  const std::string told = world.fallback.text();
  CHECK(told.find("No space left on device") != std::string::npos);
  CHECK(std::count(told.begin(), told.end(), '\n') == 101);
  CHECK(file.refused_lines() == 100);
}

TEST_CASE("lines of many threads stay whole while files rotate", "[log_file]") {
  World world;
  {
    LogFile file(world.clock, world.options(2'000, 0, 1'000), world.fallback);
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i)
      threads.emplace_back([&] {
        for (int turn = 0; turn < 500; ++turn) file.write("0123456789 0123456789\n");
      });
    for (std::thread& thread : threads) thread.join();
  }
  int lines = 0;
  for (const auto& file : files_in(world.folder.path())) {
    if (file.native().ends_with(".tmp")) continue;
    std::istringstream text(content(file));
    for (std::string line; std::getline(text, line); ++lines)
      CHECK(line == "0123456789 0123456789");
  }
  CHECK(lines == 2'000);
}

}  // namespace
}  // namespace kontor::app
