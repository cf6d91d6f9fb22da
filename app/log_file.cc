#include "log_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "base/civil.h"

namespace kontor::app {
namespace {

constexpr mode_t k_mode = 0640;  // the group may read: log collectors run under their own user
constexpr std::int64_t k_try_again_ms = 10'000;

// When the file was made; the file system may not know.
std::int64_t birth_ms(int fd, std::int64_t now_ms) {
  struct statx facts {};
  const bool known = ::statx(fd, "", AT_EMPTY_PATH, STATX_BTIME, &facts) == 0 &&
                     (facts.stx_mask & STATX_BTIME) != 0;
  return known ? facts.stx_btime.tv_sec * 1000 : now_ms;
}

}  // namespace

LogFile::LogFile(const Clock& clock, LogFileOptions options, LogSink& fallback)
    : clock_(clock),
      options_(std::move(options)),
      fallback_(fallback),
      archive_(options_.path, options_.keep) {
  const std::lock_guard lock(mutex_);
  if (!options_.path.empty() && !open()) report(errno);
}

void LogFile::write(std::string_view line) {
  if (options_.path.empty()) return fallback_.write(line);
  const std::lock_guard lock(mutex_);
  if (is_due(line.size())) rotate();
  if (write_all(line)) {
    if (std::exchange(is_broken_, false))
      fallback_.write("The log file " + options_.path.string() + " takes lines again.\n");
    return;
  }
  report(errno);
  ++refused_lines_;
  fallback_.write(line);
}

void LogFile::reopen() {
  if (options_.path.empty()) return;
  const std::lock_guard lock(mutex_);
  if (!open()) report(errno);
}

// Keeps the old file where the new one cannot be had.
bool LogFile::open() {
  next_try_ms_ = clock_.monotonic_ms() + k_try_again_ms;
  UniqueFd file(
      ::open(options_.path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, k_mode));
  struct stat facts {};
  if (!file || ::fstat(file.get(), &facts) != 0) return false;
  file_ = std::move(file);
  bytes_ = facts.st_size;
  begun_ms_ = facts.st_size == 0 ? clock_.now_ms() : birth_ms(file_.get(), clock_.now_ms());
  return true;
}

bool LogFile::is_due(std::size_t more) const {
  if (!file_ || bytes_ == 0) return false;
  const bool is_full =
      options_.max_bytes > 0 && bytes_ + static_cast<std::int64_t>(more) > options_.max_bytes;
  const bool is_old = options_.max_age_ms > 0 && clock_.now_ms() - begun_ms_ > options_.max_age_ms;
  return is_full || is_old;
}

// What cannot be moved goes on growing until it can: better a long log than none.
void LogFile::rotate() {
  struct stat facts {};
  if (::fstat(file_.get(), &facts) == 0 && facts.st_size == 0) {
    bytes_ = 0;  // somebody copied and truncated it
    return;
  }
  const std::filesystem::path old = archive_.name_for(clock_.now_ms());
  if (::rename(options_.path.c_str(), old.c_str()) != 0 || !open()) {
    bytes_ = 0;
    begun_ms_ = clock_.now_ms();
    return;
  }
  archive_.add(old);
}

bool LogFile::write_all(std::string_view line) {
  if (!file_ && (clock_.monotonic_ms() < next_try_ms_ || !open())) return false;
  while (!line.empty()) {
    const ssize_t written = ::write(file_.get(), line.data(), line.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes_ += written;
    line.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

void LogFile::report(int error) {
  if (std::exchange(is_broken_, true)) return;
  fallback_.write("The log file " + options_.path.string() + " takes no lines (" +
                  std::strerror(error) + "); they come here instead.\n");
}

}  // namespace kontor::app
