#include "backup/archive_point.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>
#include <memory>

#include "backup/archive_check.h"
#include "backup/durable_file.h"
#include "base/civil.h"
#include "store/page_checksums.h"

namespace kontor::backup {
namespace {

constexpr std::int64_t k_second_ms = 1000;
constexpr std::int64_t k_end_of_time = std::numeric_limits<std::int64_t>::max();

std::string to_the_second(std::int64_t ms) { return format_instant(ms).substr(0, 19) + "Z"; }

bool is_there(const std::filesystem::path& file) {
  std::error_code ignored;
  return std::filesystem::is_regular_file(file, ignored);
}

// What the failure of a segment means for the one who wants the data back.
Error with_loss(Error error, const ArchivePoint& point, const ChainWalk& walk) {
  if (error.code != Code::verification_failed) return error;
  const bool has_some = walk.last_ms() != 0 && walk.place().commit >= point.base.ready_commit;
  const std::int64_t until_ms =
      has_some ? walk.last_ms() / k_second_ms * k_second_ms + k_second_ms : point.base.taken_at_ms;
  error.message += " What was committed from " + to_the_second(until_ms) + " to " +
                   (point.whole_again_ms != 0 ? to_the_second(point.whole_again_ms)
                                              : std::string("the end of the archive")) +
                   " cannot be restored from it; everything before can.";
  error.hint = has_some ? "kontor restore --at " + to_the_second(until_ms) + " --in-place --dry-run"
                        : "kontor restore " + point.base.backup + " --in-place --dry-run";
  return error;
}

class DatabaseFile {
 public:
  explicit DatabaseFile(const std::filesystem::path& path)
      : path_(path), fd_(::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW)) {}
  DatabaseFile(const DatabaseFile&) = delete;
  DatabaseFile& operator=(const DatabaseFile&) = delete;
  ~DatabaseFile() {
    if (fd_ >= 0) ::close(fd_);
  }

  // sqlite.org/fileformat2.html, 1.3.2: two bytes at 16, of which 1 stands for 65536.
  Result<std::uint32_t> page_bytes() const {
    if (fd_ < 0) return file_error(path_, "cannot be opened");
    std::array<unsigned char, 2> bytes{};
    if (::pread(fd_, bytes.data(), bytes.size(), 16) != 2) {
      return file_error(path_, "cannot be read");
    }
    const std::uint32_t size = static_cast<std::uint32_t>(bytes[0]) << 8 | bytes[1];
    return size == 1 ? 65536 : size;
  }

  Result<void> put(const Segment& segment) const {
    for (const auto& [number, bytes] : segment.pages) {
      TRY(put_page(bytes, static_cast<std::int64_t>(number - 1) * segment.head.page_bytes));
    }
    return {};
  }

  Result<void> finish(std::int64_t bytes) const {
    if (::ftruncate(fd_, bytes) != 0) return file_error(path_, "cannot be cut to its size");
    if (::fsync(fd_) != 0) return file_error(path_, "cannot be synced");
    return {};
  }

 private:
  Result<void> put_page(std::string_view bytes, std::int64_t at) const {
    while (!bytes.empty()) {
      const ssize_t put = ::pwrite(fd_, bytes.data(), bytes.size(), at);
      if (put < 0 && errno == EINTR) continue;
      if (put < 0) return file_error(path_, "cannot be written");
      bytes.remove_prefix(static_cast<std::size_t>(put));
      at += put;
    }
    return {};
  }

  const std::filesystem::path& path_;
  int fd_;
};

// Whoever read the copy may have left an index and an empty log beside it.
Result<void> remove_log(const std::filesystem::path& database) {
  std::error_code failed;
  const std::string log = database.string() + "-wal";
  if (std::filesystem::exists(log, failed) && std::filesystem::file_size(log, failed) > 0) {
    return Error{.code = Code::internal, .message = log + " holds changes."};
  }
  std::filesystem::remove(log, failed);
  std::filesystem::remove(database.string() + "-shm", failed);
  return {};
}

// Finds the newest base of an epoch that a moment reaches.
class Search {
 public:
  Search(const Epoch& epoch, const std::filesystem::path& backups, std::int64_t at_ms,
         const SegmentForm& form)
      : epoch_(epoch), backups_(backups), at_ms_(at_ms), form_(form) {}

  Result<std::optional<ArchivePoint>> find() {
    count_ = static_cast<std::size_t>(
        std::count_if(epoch_.segments.begin(), epoch_.segments.end(),
                      [&](const SegmentFile& segment) { return segment.second_ms < at_ms_; }));
    for (std::size_t at = epoch_.bases.size(); at-- > 0;) {
      const Base& base = epoch_.bases[at];
      if (!is_there(backups_ / base.backup)) continue;
      if (TRY(is_reached(base))) return std::optional<ArchivePoint>(TRY(point_on(base)));
    }
    return std::optional<ArchivePoint>();
  }

 private:
  // A base from before the first commit of the moment, or one whose commits are all before it.
  Result<bool> is_reached(const Base& base) {
    const auto before = static_cast<std::size_t>(std::count_if(
        epoch_.segments.begin(), epoch_.segments.end(),
        [&](const SegmentFile& segment) { return segment.sequence <= base.place.sequence; }));
    if (base.place.commit == base.ready_commit && base.taken_at_ms <= at_ms_ && before == count_) {
      return true;
    }
    if (count_ == 0 || last_sequence() < base.place.sequence) return false;
    if (!last_) last_ = TRY(read_last());
    return base.ready_commit <= last_->last_commit;
  }

  std::uint64_t last_sequence() const {
    return count_ == 0 ? 0 : epoch_.segments[count_ - 1].sequence;
  }

  Result<ArchivePoint> point_on(const Base& base) const {
    ArchivePoint point{.epoch = epoch_.name,
                       .base = base,
                       .backup = backups_ / base.backup,
                       .segments = {},
                       .last_commit = last_ ? last_->last_commit : base.ready_commit,
                       .last_ms = last_ ? last_->last_ms : base.taken_at_ms};
    for (std::size_t at = 0; at < count_; ++at) {
      if (epoch_.segments[at].sequence > base.place.sequence) {
        point.others.push_back(epoch_.segments[at]);
      }
    }
    const std::uint64_t last = std::max(last_sequence(), base.place.sequence);
    point.segments = SegmentWays(point.others).longest(base.place.sequence, last);
    for (const Base& later : epoch_.bases) {
      const bool follows = later.place.sequence > last_sequence();
      if (follows && point.whole_again_ms == 0) point.whole_again_ms = later.taken_at_ms;
    }
    point.merged_until_ms = merged_until(last);
    return point;
  }

  // Of several that end there any one will do.
  Result<SegmentHead> read_last() const {
    Result<Segment> segment = read_segment(epoch_.segments[count_ - 1].file, form_);
    for (std::size_t at = count_ - 1; !segment.ok() && at-- > 0;) {
      if (epoch_.segments[at].sequence != last_sequence()) break;
      auto other = read_segment(epoch_.segments[at].file, form_);
      if (other.ok()) segment = std::move(other);
    }
    if (!segment.ok()) return std::move(segment).error();
    return segment->head;
  }

  // Is what follows only there together with what comes after the moment?
  std::int64_t merged_until(std::uint64_t last) const {
    const SegmentFile* next = nullptr;
    for (std::size_t at = count_; at < epoch_.segments.size(); ++at) {
      const SegmentFile& file = epoch_.segments[at];
      if (file.first_sequence > last + 1 || file.sequence <= last) continue;
      if (next == nullptr || file.first_sequence > next->first_sequence) next = &file;
      if (!file.is_merged()) return 0;
    }
    if (next == nullptr) return 0;
    const auto segment = read_segment(next->file, form_);
    return segment.ok() && segment->head.first_ms >= at_ms_ ? 0 : next->second_ms;
  }

  const Epoch& epoch_;
  const std::filesystem::path& backups_;
  const std::int64_t at_ms_;
  const SegmentForm& form_;
  std::size_t count_ = 0;  // segments before the moment
  std::optional<SegmentHead> last_;
};

Error out_of_reach(const std::vector<Epoch>& epochs, const std::filesystem::path& backups,
                   std::optional<std::int64_t> at_ms) {
  std::string reach;
  for (const Epoch& epoch : epochs) {
    const auto base = std::find_if(epoch.bases.begin(), epoch.bases.end(),
                                   [&](const Base& b) { return is_there(backups / b.backup); });
    if (base == epoch.bases.end()) continue;
    const std::int64_t end_ms =
        epoch.segments.empty() ? base->taken_at_ms : epoch.segments.back().second_ms;
    reach += (reach.empty() ? "" : "; ") + to_the_second(base->taken_at_ms + k_second_ms) + " to " +
             to_the_second(std::max(end_ms, base->taken_at_ms) + k_second_ms);
  }
  return {.code = Code::not_found,
          .message = (at_ms ? "The archive does not reach " + to_the_second(*at_ms)
                            : std::string("The archive holds nothing that can be restored")) +
                     (reach.empty() ? "." : "; what it holds: " + reach + "."),
          .kind = "no_archive_point",
          .hint = "kontor backup list, then: kontor restore FILE"};
}

// Up to which segment of its epoch.
std::uint64_t last_of(const ArchivePoint& point) {
  std::uint64_t last = point.base.place.sequence;
  if (!point.others.empty()) last = std::max(last, point.others.back().sequence);
  return last;
}

Result<void> check_names(const ArchivePoint& point, std::uint64_t known, const SegmentForm& form) {
  const std::uint64_t reached =
      point.segments.empty() ? point.base.place.sequence : point.segments.back().sequence;
  if (reached >= std::max(last_of(point), known)) return {};
  ChainWalk walk(point.epoch, point.base.place, form);
  const SegmentWays ways(point.others);
  TRY(walk.go_to(reached, ways, [](const auto&, const auto&) { return Result<void>(); }));
  return with_loss(segment_missing(point.epoch, reached + 1), point, walk);
}

// Whether what follows `last` is missing, so that nobody knows whether it belongs to the moment.
// What was committed in the second of the last one, or before, is there.
bool is_before_gap(const Epoch& epoch, const ArchivePoint& point, std::uint64_t last,
                   std::int64_t at_ms) {
  const std::int64_t known_ms = point.segments.empty()
                                    ? point.base.taken_at_ms / k_second_ms * k_second_ms
                                    : point.segments.back().second_ms;
  if (at_ms <= known_ms + k_second_ms) return false;
  return std::none_of(epoch.segments.begin(), epoch.segments.end(), [&](const SegmentFile& file) {
    return file.first_sequence <= last + 1 && file.sequence > last;
  });
}

}  // namespace

std::int64_t ArchivePoint::bytes() const {
  std::int64_t sum = 0;
  for (const SegmentFile& segment : segments) sum += segment.bytes;
  return sum;
}

Result<ArchivePoint> find_point(const std::filesystem::path& archive,
                                const std::filesystem::path& backups,
                                std::optional<std::int64_t> at_ms, const SegmentForm& form) {
  const auto end = read_end(archive);  // before the segments, of which it tells
  const std::vector<Epoch> epochs = TRY(list_epochs(archive));
  for (std::size_t at = epochs.size(); at-- > 0;) {
    const Epoch& epoch = epochs[at];
    if (at_ms && epoch.began_ms >= *at_ms) continue;
    auto point = TRY(Search(epoch, backups, at_ms.value_or(k_end_of_time), form).find());
    // The moment is of this epoch, and no other one can tell of it; the latest is of any.
    if (!point && at_ms) break;
    if (!point) continue;
    const std::uint64_t last = last_of(*point);
    const bool is_end = epoch.segments.empty() || epoch.segments.back().sequence <= last;
    point->is_torn_end = is_end && !(end && end->epoch == epoch.name);
    if (point->whole_again_ms == 0 && at + 1 < epochs.size()) {
      point->whole_again_ms = epochs[at + 1].began_ms;
    }
    std::uint64_t known = is_end ? known_end(epoch, end) : 0;
    if (!is_end && is_before_gap(epoch, *point, last, *at_ms)) known = last + 1;
    TRY(check_names(*point, known, form));
    return *std::move(point);
  }
  return out_of_reach(epochs, backups, at_ms);
}

Result<void> read_point(const ArchivePoint& point, const SegmentForm& form,
                        const TakeSegment& take) {
  const SegmentWays ways(point.others);
  ChainWalk walk(point.epoch, point.base.place, form);
  const auto gone = walk.go_to(last_of(point), ways, take);
  return gone.ok() ? Result<void>() : with_loss(gone.error(), point, walk);
}

Result<void> check_segments(const ArchivePoint& point, const SegmentForm& form) {
  return read_point(point, form, [](const SegmentFile&, const Segment&) { return Result<void>(); });
}

Result<void> apply_segments(const ArchivePoint& point, const SegmentForm& form,
                            const std::filesystem::path& database) {
  if (point.segments.empty()) return {};
  TRY(remove_log(database));
  const DatabaseFile file(database);
  const std::uint32_t page_bytes = TRY(file.page_bytes());
  std::int64_t bytes = 0;
  std::uint64_t last_commit = 0;
  TRY(read_point(point, form, [&](const SegmentFile& name, const Segment& segment) -> Result<void> {
    if (segment.head.page_bytes != page_bytes) {
      return segment_wrong(name.file.string() + " has pages of another size than " +
                           point.backup.string() + ".");
    }
    bytes = static_cast<std::int64_t>(segment.head.database_pages) * page_bytes;
    last_commit = segment.head.last_commit;
    return file.put(segment);
  }));
  if (last_commit < point.base.ready_commit) {
    return segment_wrong(point.backup.string() + " is newer than the segments upon it.");
  }
  TRY(file.finish(bytes));
  return store::stamp_pages(database);  // the log has pages as they are before they get theirs
}

Check archive_step(ArchivePoint point, SegmentForm form) {
  return {"archive",
          [point = std::move(point), form = std::move(form)](
              const std::filesystem::path& database) -> Result<std::vector<std::string>> {
            TRY(apply_segments(point, form, database));
            return std::vector<std::string>();
          }};
}

}  // namespace kontor::backup
