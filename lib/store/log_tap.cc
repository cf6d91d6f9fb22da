#include "store/log_tap.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/big_endian.h"

namespace kontor::store {
namespace {

// sqlite.org/fileformat2.html, section 4.
constexpr std::int64_t k_header_bytes = 32;
constexpr std::int64_t k_frame_header_bytes = 24;
constexpr std::size_t k_salts_at = 16;
constexpr std::size_t k_frame_salts_at = 8;
constexpr std::size_t k_salts_bytes = 8;

std::uint32_t word_at(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint32_t>(big_endian(bytes.substr(at, 4)));
}

Error unreadable(const std::filesystem::path& log, const std::string& why) {
  return {.code = Code::io_error,
          .message = log.string() + " cannot be followed: " + why + ".",
          .kind = "log_gap"};
}

Result<void> read_at(int fd, char* bytes, std::size_t count, std::int64_t at,
                     const std::filesystem::path& log) {
  while (count > 0) {
    const ssize_t got = ::pread(fd, bytes, count, at);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return unreadable(log, std::strerror(errno));
    if (got == 0) return unreadable(log, "it is shorter than what was committed");
    bytes += got;
    at += got;
    count -= static_cast<std::size_t>(got);
  }
  return {};
}

}  // namespace

LogTap::LogTap(std::filesystem::path log, const Clock& clock, LogTapLimits limits)
    : path_(std::move(log)), clock_(clock), limits_(limits) {}

LogTap::~LogTap() {
  if (fd_ >= 0) ::close(fd_);
}

void LogTap::committed(std::int64_t log_frames) {
  const std::int64_t now_ms = clock_.now_ms();
  const std::lock_guard lock(marks_mutex_);
  log_frames_ = log_frames;
  ++last_commit_;
  if (!in_gap_) marks_.push_back({last_commit_, now_ms, log_frames});
}

// Marks are of one log only: it cannot start over before this was asked, and then there are none.
bool LogTap::may_empty_log(bool must) {
  const std::lock_guard lock(reading_mutex_);
  const std::int64_t waiting = waiting_bytes();
  if (waiting <= limits_.kept_bytes) {
    const auto collected = collect();
    if (!collected.ok()) begin_gap(collected.error().message);
    return true;
  }
  if (!must && waiting < limits_.log_bytes) return false;
  begin_gap("more was written than could be archived");
  return true;
}

LogTaken LogTap::take() {
  const std::lock_guard lock(reading_mutex_);
  const auto collected = collect();
  if (!collected.ok()) begin_gap(collected.error().message);
  const std::lock_guard marks_lock(marks_mutex_);
  const std::uint64_t gap_end = in_gap_ ? last_commit_.load() : 0;
  if (in_gap_) read_frames_ = log_frames_;
  in_gap_ = false;
  kept_bytes_ = kept_since_ms_ = 0;
  return {std::exchange(kept_, {}), std::exchange(gap_, {}), gap_end};
}

std::int64_t LogTap::oldest_waiting_ms() const {
  const std::lock_guard lock(marks_mutex_);
  if (kept_since_ms_ != 0) return kept_since_ms_;
  return marks_.empty() ? 0 : marks_.front().at_ms;
}

// In a log that started over and is longer than it was, too little: never for long.
std::int64_t LogTap::waiting_bytes() const {
  constexpr std::int64_t k_usual_page_bytes = 4096;
  const std::lock_guard lock(marks_mutex_);
  if (marks_.empty()) return kept_bytes_;
  const std::int64_t frames =
      log_frames_ > collected_frames_ ? log_frames_ - collected_frames_ : log_frames_;
  return kept_bytes_ + frames * (k_usual_page_bytes + k_frame_header_bytes);
}

std::vector<LogTap::Mark> LogTap::take_marks() {
  const std::lock_guard lock(marks_mutex_);
  return std::exchange(marks_, {});
}

void LogTap::begin_gap(std::string why) {
  const std::lock_guard lock(marks_mutex_);
  marks_.clear();
  in_gap_ = true;
  gap_ = std::move(why);
}

// Frames before the last commit stay as they are until the writer has asked may_empty_log(), which
// waits for the reading to end.
Result<void> LogTap::collect() {
  const std::vector<Mark> marks = take_marks();
  if (marks.empty()) return {};
  TRY(open_log());
  TRY(follow_restart());
  const std::int64_t frame_bytes = k_frame_header_bytes + static_cast<std::int64_t>(page_bytes_);
  // Of the log that the first ones are of nothing is left if another program emptied it.
  const auto starts_over = [](const Mark& a, const Mark& b) {
    return b.log_frames <= a.log_frames;
  };
  if (std::ranges::adjacent_find(marks, starts_over) != marks.end()) {
    return unreadable(path_, "it started over unasked");
  }
  LogPiece piece = TRY(read_up_to(marks.back().log_frames));
  for (const Mark& mark : marks) {
    const auto end = static_cast<std::size_t>((mark.log_frames - read_frames_) * frame_bytes);
    piece.commits.push_back({mark.number, mark.at_ms, end});
  }
  read_frames_ = marks.back().log_frames;
  const std::lock_guard lock(marks_mutex_);
  collected_frames_ = read_frames_;
  kept_bytes_ += static_cast<std::int64_t>(piece.frames.size());
  if (kept_since_ms_ == 0) kept_since_ms_ = marks.front().at_ms;
  kept_.push_back(std::move(piece));
  return {};
}

Result<void> LogTap::open_log() {
  if (fd_ >= 0) return {};
  fd_ = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd_ < 0) return unreadable(path_, std::strerror(errno));
  return {};
}

// Each time the log starts over, its salts change.
Result<void> LogTap::follow_restart() {
  std::array<char, k_header_bytes> bytes{};
  TRY(read_at(fd_, bytes.data(), bytes.size(), 0, path_));
  const std::string_view header(bytes.data(), bytes.size());
  page_bytes_ = word_at(header, 8);
  if (page_bytes_ < 512 || page_bytes_ > 65536) return unreadable(path_, "its header is damaged");
  const std::string_view salts = header.substr(k_salts_at, k_salts_bytes);
  if (salts_ == salts) return {};
  salts_ = salts;
  read_frames_ = 0;
  return {};
}

Result<LogPiece> LogTap::read_up_to(std::int64_t log_frames) const {
  const std::int64_t frame_bytes = k_frame_header_bytes + static_cast<std::int64_t>(page_bytes_);
  if (log_frames <= read_frames_) return unreadable(path_, "it started over unasked");
  LogPiece piece{.page_bytes = page_bytes_, .frames = {}, .commits = {}};
  piece.frames.resize(static_cast<std::size_t>((log_frames - read_frames_) * frame_bytes));
  TRY(read_at(fd_, piece.frames.data(), piece.frames.size(),
              k_header_bytes + read_frames_ * frame_bytes, path_));
  const std::string_view frames = piece.frames;
  for (std::size_t at = 0; at < frames.size(); at += static_cast<std::size_t>(frame_bytes)) {
    if (frames.substr(at + k_frame_salts_at, k_salts_bytes) == salts_) continue;
    return unreadable(path_, "it holds frames of another log");
  }
  const std::size_t last = frames.size() - static_cast<std::size_t>(frame_bytes);
  if (word_at(frames, last + 4) == 0) return unreadable(path_, "a commit has no end");
  return piece;
}

}  // namespace kontor::store
