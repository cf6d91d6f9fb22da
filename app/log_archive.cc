#include "log_archive.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "base/civil.h"

namespace kontor::app {
namespace {

constexpr std::size_t k_chunk_bytes = 64 * 1024;
constexpr std::string_view k_compressed = ".gz";
constexpr std::string_view k_unfinished = ".gz.tmp";

// "2026-11-21T09:38:00.123Z" without what file names are better off without.
std::string stamp(std::int64_t now_ms) {
  std::string text = format_instant(now_ms);
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  return text;
}

// A stamp, and perhaps ".gz" or "-2".
bool is_stamped(std::string_view rest) {
  constexpr std::string_view shape = "00000000T000000.000Z";
  if (rest.size() < shape.size()) return false;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const bool is_digit = rest[i] >= '0' && rest[i] <= '9';
    if (shape[i] == '0' ? !is_digit : rest[i] != shape[i]) return false;
  }
  return true;
}

std::vector<std::filesystem::path> old_files(const std::filesystem::path& current) {
  std::vector<std::filesystem::path> files;
  const std::string prefix = current.filename().string() + ".";
  std::error_code failure;
  for (std::filesystem::directory_iterator at(current.parent_path(), failure), end;
       !failure && at != end; at.increment(failure)) {
    const std::string name = at->path().filename().string();
    if (name.starts_with(prefix) && is_stamped(std::string_view(name).substr(prefix.size())))
      files.push_back(at->path());
  }
  std::sort(files.begin(), files.end());  // stamps sort by time
  return files;
}

}  // namespace

LogArchive::LogArchive(const std::filesystem::path& current, std::size_t keep)
    : current_(current.empty() ? current : std::filesystem::absolute(current)), keep_(keep) {
  if (!current_.empty()) thread_ = std::thread([this] { run(); });
}

LogArchive::~LogArchive() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

std::filesystem::path LogArchive::name_for(std::int64_t now_ms) const {
  const std::string wanted = current_.string() + "." + stamp(now_ms);
  std::string name = wanted;
  std::error_code failure;
  for (int i = 2; std::filesystem::exists(name, failure) ||
                  std::filesystem::exists(name + std::string(k_compressed), failure);
       ++i)
    name = wanted + "-" + std::to_string(i);
  return name;
}

void LogArchive::add(const std::filesystem::path&) {
  const std::lock_guard lock(mutex_);
  has_work_ = true;
  changed_.notify_all();
}

void LogArchive::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [&] { return stop_ || has_work_; });
    if (stop_) return;
    has_work_ = false;
    lock.unlock();
    tidy();
    lock.lock();
  }
}

// The oldest go before anything is compressed, which needs room.
void LogArchive::tidy() {
  std::vector<std::filesystem::path> files = old_files(current_);
  std::error_code failure;
  std::erase_if(files, [&](const std::filesystem::path& file) {
    return file.native().ends_with(k_unfinished) && std::filesystem::remove(file, failure);
  });
  const std::size_t too_many = files.size() > keep_ ? files.size() - keep_ : 0;
  for (std::size_t i = 0; i < files.size() && !stop_; ++i) {
    if (i < too_many) std::filesystem::remove(files[i], failure);
    else if (!files[i].native().ends_with(k_compressed) && !compress(files[i])) return;
  }
}

bool LogArchive::compress(const std::filesystem::path& old) const {
  const std::string unfinished = old.string() + std::string(k_unfinished);
  std::error_code failure;
  std::ifstream in(old, std::ios::binary);
  gzFile out = gzopen(unfinished.c_str(), "wbe6");
  if (out == nullptr) return false;
  std::vector<char> chunk(k_chunk_bytes);
  bool good = in.is_open();
  while (good && !stop_ && in.read(chunk.data(), k_chunk_bytes).gcount() > 0) {
    const auto size = static_cast<unsigned>(in.gcount());
    good = gzwrite(out, chunk.data(), size) == static_cast<int>(size);
  }
  good = gzclose(out) == Z_OK && good && !stop_ && in.eof();
  if (good)
    std::filesystem::permissions(unfinished, std::filesystem::status(old).permissions(), failure);
  if (good) std::filesystem::rename(unfinished, old.string() + std::string(k_compressed), failure);
  const bool done = good && !failure;
  std::filesystem::remove(done ? old : std::filesystem::path(unfinished), failure);
  return done;
}

}  // namespace kontor::app
