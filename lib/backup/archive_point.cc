#include "backup/archive_point.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>
#include <memory>

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

Error wrong(const std::string& what) {
  return {.code = Code::verification_failed, .message = what, .kind = "segment_damaged"};
}

Error missing(const std::string& epoch, std::uint64_t sequence) {
  return {.code = Code::verification_failed,
          .message = "Segment " + std::to_string(sequence) + " of " + epoch + " is missing.",
          .kind = "segment_missing"};
}

// Goes from segment to segment; each must be the one that follows.
class Walk {
 public:
  Walk(std::string epoch, const ChainPlace& place, const SegmentForm& form)
      : epoch_(std::move(epoch)), place_(place), form_(form) {}

  Result<Segment> next(const SegmentFile& file) {
    if (file.sequence != place_.sequence + 1) return missing(epoch_, place_.sequence + 1);
    Segment segment = TRY(read_segment(file.file, form_));
    const SegmentHead& head = segment.head;
    const bool is_named = head.epoch == epoch_ && head.sequence == file.sequence &&
                          segment_name(head.sequence, head.last_ms) == file.file.filename();
    if (!is_named) return wrong(file.file.string() + " is another segment under this name.");
    if (head.previous != place_.hash || head.first_commit != place_.commit + 1) {
      return wrong(file.file.string() + " does not follow the segment before it.");
    }
    place_ = {.sequence = head.sequence, .commit = head.last_commit, .hash = segment.hash};
    last_ms_ = head.last_ms;
    return segment;
  }

  const ChainPlace& place() const { return place_; }
  std::int64_t last_ms() const { return last_ms_; }  // 0: none was read

 private:
  std::string epoch_;
  ChainPlace place_;
  const SegmentForm& form_;
  std::int64_t last_ms_ = 0;
};

// What the failure of a segment means for the one who wants the data back.
Error with_loss(Error error, const ArchivePoint& point, const Walk& walk) {
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

// Behind which segment the chain is known to go on.
std::uint64_t known_end(const Epoch& epoch, const std::optional<CleanEnd>& end) {
  std::uint64_t sequence = end && end->epoch == epoch.name ? end->place.sequence : 0;
  for (const Base& base : epoch.bases) sequence = std::max(sequence, base.place.sequence);
  return sequence;
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
    if (!last_) last_ = TRY(read_segment(epoch_.segments[count_ - 1].file, form_))
    .head;
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
        point.segments.push_back(epoch_.segments[at]);
      }
    }
    for (const Base& later : epoch_.bases) {
      const bool follows = later.place.sequence > last_sequence();
      if (follows && point.whole_again_ms == 0) point.whole_again_ms = later.taken_at_ms;
    }
    return point;
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

Result<void> check_names(const ArchivePoint& point, std::uint64_t known) {
  Walk nothing(point.epoch, point.base.place, {});
  std::uint64_t expected = point.base.place.sequence;
  for (const SegmentFile& segment : point.segments) {
    if (segment.sequence != ++expected) {
      return with_loss(missing(point.epoch, expected), point, nothing);
    }
  }
  if (known > expected) return with_loss(missing(point.epoch, expected + 1), point, nothing);
  return {};
}

class Checking {
 public:
  Checking(const Epoch& epoch, const std::filesystem::path& backups, const SegmentForm& form,
           ArchiveReport& report)
      : epoch_(epoch), backups_(backups), form_(form), report_(report) {}

  // An Error only where a key is missing: then nothing is known.
  Result<void> run(const std::optional<CleanEnd>& end) {
    ++report_.epochs;
    check_bases();
    const auto place = begin();
    if (!place.ok()) return add(place.error());
    Walk walk(epoch_.name, *place, form_);
    for (const SegmentFile& file : epoch_.segments) {
      const auto segment = walk.next(file);
      if (!segment.ok()) return add(segment.error());
      ++report_.segments;
      report_.bytes += file.bytes;
    }
    if (walk.place().sequence < known_end(epoch_, end)) {
      return add(missing(epoch_.name, walk.place().sequence + 1));
    }
    return {};
  }

 private:
  void add(std::string finding) { report_.findings.push_back(std::move(finding)); }
  Result<void> add(const Error& error) {
    if (error.code == Code::wrong_key) return error;
    add(error.message);
    return {};
  }

  void check_bases() {
    if (epoch_.bases.empty() && !epoch_.segments.empty()) {
      add("Epoch " + epoch_.name + " has no base: its segments cannot be restored.");
    }
    for (const Base& base : epoch_.bases) {
      if (is_there(backups_ / base.backup)) continue;
      add((backups_ / base.backup).string() + ", a base of the archive, is missing.");
    }
  }

  // Older segments than those that follow the oldest base may have been pruned.
  Result<ChainPlace> begin() const {
    if (epoch_.segments.empty()) return ChainPlace{.sequence = known_end(epoch_, {})};
    const SegmentFile& first = epoch_.segments.front();
    for (const Base& base : epoch_.bases) {
      if (base.place.sequence + 1 == first.sequence) return base.place;
    }
    if (first.sequence != 1) return missing(epoch_.name, first.sequence - 1);
    const Segment segment = TRY(read_segment(first.file, form_));
    return ChainPlace{.sequence = 0, .commit = segment.head.first_commit - 1};
  }

  const Epoch& epoch_;
  const std::filesystem::path& backups_;
  const SegmentForm& form_;
  ArchiveReport& report_;
};

}  // namespace

std::int64_t ArchivePoint::bytes() const {
  std::int64_t sum = 0;
  for (const SegmentFile& segment : segments) sum += segment.bytes;
  return sum;
}

Result<ArchivePoint> find_point(const std::filesystem::path& archive,
                                const std::filesystem::path& backups,
                                std::optional<std::int64_t> at_ms, const SegmentForm& form) {
  const std::vector<Epoch> epochs = TRY(list_epochs(archive));
  const auto end = read_end(archive);
  for (std::size_t at = epochs.size(); at-- > 0;) {
    const Epoch& epoch = epochs[at];
    if (at_ms && epoch.began_ms >= *at_ms) continue;
    auto point = TRY(Search(epoch, backups, at_ms.value_or(k_end_of_time), form).find());
    // The moment is of this epoch, and no other one can tell of it; the latest is of any.
    if (!point && at_ms) break;
    if (!point) continue;
    const std::uint64_t last =
        point->segments.empty() ? point->base.place.sequence : point->segments.back().sequence;
    const bool is_end = epoch.segments.empty() || epoch.segments.back().sequence <= last;
    point->is_torn_end = is_end && !(end && end->epoch == epoch.name);
    if (point->whole_again_ms == 0 && at + 1 < epochs.size()) {
      point->whole_again_ms = epochs[at + 1].began_ms;
    }
    TRY(check_names(*point, is_end ? known_end(epoch, end) : 0));
    return *std::move(point);
  }
  return out_of_reach(epochs, backups, at_ms);
}

Result<void> check_segments(const ArchivePoint& point, const SegmentForm& form) {
  Walk walk(point.epoch, point.base.place, form);
  for (const SegmentFile& file : point.segments) {
    const auto segment = walk.next(file);
    if (!segment.ok()) return with_loss(segment.error(), point, walk);
  }
  return {};
}

Result<void> apply_segments(const ArchivePoint& point, const SegmentForm& form,
                            const std::filesystem::path& database) {
  if (point.segments.empty()) return {};
  TRY(remove_log(database));
  const DatabaseFile file(database);
  const std::uint32_t page_bytes = TRY(file.page_bytes());
  Walk walk(point.epoch, point.base.place, form);
  std::int64_t bytes = 0;
  for (const SegmentFile& name : point.segments) {
    const auto segment = walk.next(name);
    if (!segment.ok()) return with_loss(segment.error(), point, walk);
    if (segment->head.page_bytes != page_bytes) {
      return wrong(name.file.string() + " has pages of another size than " + point.backup.string() +
                   ".");
    }
    TRY(file.put(*segment));
    bytes = static_cast<std::int64_t>(segment->head.database_pages) * page_bytes;
  }
  if (walk.place().commit < point.base.ready_commit) {
    return wrong(point.backup.string() + " is newer than the segments upon it.");
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

Result<ArchiveReport> check_archive(const std::filesystem::path& archive,
                                    const std::filesystem::path& backups, const SegmentForm& form) {
  ArchiveReport report;
  const auto end = read_end(archive);
  const std::vector<Epoch> epochs = TRY(list_epochs(archive));
  for (const Epoch& epoch : epochs) TRY(Checking(epoch, backups, form, report).run(end));
  return report;
}

}  // namespace kontor::backup
