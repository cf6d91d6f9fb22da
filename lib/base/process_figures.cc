#include "base/process_figures.h"

#include <sys/resource.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>

namespace kontor {
namespace {

constexpr std::int64_t k_us_per_s = 1'000'000;

// proc(5): field 3 of stat is the first behind the name in brackets, which may hold blanks.
constexpr int k_field_behind_name = 3;
constexpr int k_field_threads = 20;
constexpr int k_field_virtual_bytes = 23;
constexpr int k_field_resident_pages = 24;

struct Stat {
  std::int64_t threads = 0, virtual_bytes = 0, resident_pages = 0;
};

Stat read_stat() {
  Stat stat;
  std::ifstream file("/proc/self/stat");
  std::string text;
  std::getline(file, text);
  std::size_t at = text.rfind(") ");
  if (at == std::string::npos) return stat;
  ++at;
  for (int field = k_field_behind_name; at != std::string::npos; ++field) {
    const char* const value = text.c_str() + at + 1;
    if (field == k_field_threads) stat.threads = std::strtoll(value, nullptr, 10);
    if (field == k_field_virtual_bytes) stat.virtual_bytes = std::strtoll(value, nullptr, 10);
    if (field == k_field_resident_pages) stat.resident_pages = std::strtoll(value, nullptr, 10);
    at = text.find(' ', at + 1);
  }
  return stat;
}

std::int64_t count_open_files() {
  std::error_code failure;
  std::int64_t count = 0;
  for (std::filesystem::directory_iterator at("/proc/self/fd", failure), end; !failure && at != end;
       at.increment(failure))
    ++count;
  return count == 0 ? 0 : count - 1;  // one is the directory that is being read
}

std::int64_t cpu_us() {
  rusage usage{};
  if (::getrusage(RUSAGE_SELF, &usage) != 0) return 0;
  return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * k_us_per_s + usage.ru_utime.tv_usec +
         usage.ru_stime.tv_usec;
}

}  // namespace

ProcessFigures process_figures() {
  const Stat stat = read_stat();
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  return {.resident_bytes = stat.resident_pages * ::sysconf(_SC_PAGESIZE),
          .virtual_bytes = stat.virtual_bytes,
          .open_files = count_open_files(),
          .open_files_max = static_cast<std::int64_t>(files.rlim_cur),
          .threads = stat.threads,
          .cpu_us = cpu_us()};
}

}  // namespace kontor
