#include "backup/archive_merging.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "backup/segment_merge.h"

namespace kontor::backup {
namespace {

// A commit is written within a second; later than this only if the disk was in trouble.
constexpr std::int64_t k_slack_ms = 10'000;
// Packed: what is larger is not taken into memory to find that it does not fit.
constexpr std::int64_t k_large_bytes = 16LL * 1024 * 1024;

// Those that are not in others, in their order.
std::vector<SegmentFile> longest_of(std::vector<SegmentFile> files) {
  std::sort(files.begin(), files.end(), [](const SegmentFile& a, const SegmentFile& b) {
    return a.sequence != b.sequence ? a.sequence > b.sequence : a.first_sequence < b.first_sequence;
  });
  std::uint64_t first = std::numeric_limits<std::uint64_t>::max();
  std::erase_if(files, [&](const SegmentFile& file) {
    const bool is_inside = file.first_sequence >= first;
    first = std::min(first, file.first_sequence);
    return is_inside;
  });
  std::reverse(files.begin(), files.end());
  return files;
}

std::int64_t changed_ns(const std::filesystem::path& folder) {
  std::error_code ignored;
  return std::filesystem::last_write_time(folder, ignored).time_since_epoch().count();
}

}  // namespace

// One look at one epoch.
class ArchiveMerging::Pass {
 public:
  Pass(const Epoch& epoch, const SegmentForm& form, bool is_over, std::int64_t now_ms, Known& known,
       Merged& merged)
      : epoch_(epoch),
        form_(form),
        is_over_(is_over),
        now_ms_(now_ms),
        known_(known),
        merged_(merged),
        files_(longest_of(epoch.segments)) {}

  // Window by window, and the five minutes of an hour before the hour. True: nothing waits for its
  // window to be over.
  Result<bool> run(const std::function<bool()>& is_cancelled) {
    for (std::size_t hour = 0; hour < files_.size();) {
      for (std::size_t at = hour; at < end_of(hour, k_hour_ms);) {
        if (is_cancelled && is_cancelled()) return false;
        const std::size_t end = end_of(at, k_minutes_ms);
        at = TRY(merge_window(at, end, k_minutes_ms));
      }
      hour = TRY(merge_window(hour, end_of(hour, k_hour_ms), k_hour_ms));
    }
    return is_done_;
  }

 private:
  std::size_t end_of(std::size_t at, std::int64_t window_ms) const {
    const std::int64_t window = files_[at].second_ms / window_ms;
    while (at < files_.size() && files_[at].second_ms / window_ms == window) ++at;
    return at;
  }

  bool is_window_over(std::size_t end, std::int64_t window_ms) const {
    const std::int64_t end_ms = (files_[end - 1].second_ms / window_ms + 1) * window_ms;
    return is_over_ || end < files_.size() || now_ms_ >= end_ms + k_slack_ms;
  }

  // Where the window ends then.
  Result<std::size_t> merge_window(std::size_t begin, std::size_t end, std::int64_t window_ms) {
    if (!is_window_over(end, window_ms)) {
      is_done_ = false;
      return end;
    }
    const bool only_single = window_ms == k_minutes_ms;
    for (std::size_t at = begin; at < end; ++at) {
      std::size_t last = at;
      while (last + 1 < end && belong_together(last, only_single)) ++last;
      if (last == at) continue;
      const std::size_t after = TRY(merge(at, last + 1));
      end -= last + 1 - after;
      at = after - 1;
    }
    return end;
  }

  bool may_be_merged(const SegmentFile& file, bool only_single) const {
    return !(only_single && file.is_merged()) && file.bytes <= k_large_bytes &&
           file.first_sequence > known_.closed_until;
  }

  // With the one behind it.
  bool belong_together(std::size_t at, bool only_single) const {
    const SegmentFile &file = files_[at], &next = files_[at + 1];
    return may_be_merged(file, only_single) && may_be_merged(next, only_single) &&
           next.first_sequence == file.sequence + 1 && !known_.walls.contains(file.sequence);
  }

  // As few pieces as may be; where they end then.
  Result<std::size_t> merge(std::size_t begin, std::size_t end) {
    for (std::size_t at = begin; at < end; ++at) {
      SegmentMerge piece;
      const bool is_stopped = TRY(fill(piece, at, end));
      end -= TRY(put(piece, at));
      if (is_stopped && piece.count() > 0) ++at;
    }
    return end;
  }

  // True: up to one that cannot be read.
  Result<bool> fill(SegmentMerge& piece, std::size_t at, std::size_t end) {
    for (; at < end; ++at) {
      const auto segment = read_segment(files_[at].file, form_);
      if (!segment.ok()) {
        TRY(pass_by(files_[at], segment.error()));
        return true;
      }
      if (piece.add(*segment)) continue;
      known_.walls.insert(files_[at].first_sequence - 1);
      return false;
    }
    return false;
  }

  // What cannot be read stays as it is, and others are not merged over it.
  Result<void> pass_by(const SegmentFile& file, const Error& error) {
    if (error.code == Code::wrong_key) {
      const auto last = read_segment(files_.back().file, form_);
      const bool none = !last.ok() && last.error().code == Code::wrong_key;
      known_.closed_until = none ? files_.back().sequence : file.sequence;
      return {};
    }
    if (error.code != Code::verification_failed) return error;
    known_.walls.insert({file.first_sequence - 1, file.sequence});
    merged_.findings.push_back(error.message);
    return {};
  }

  // In the place of the files from `first` on that are in it.
  Result<std::size_t> put(const SegmentMerge& piece, std::size_t first) {
    if (piece.count() < 2) return std::size_t{0};
    const SegmentHead& head = piece.head();
    SegmentFile file{
        .file = epoch_.folder / segment_name(head.first_sequence, head.sequence, head.last_ms),
        .first_sequence = head.first_sequence,
        .sequence = head.sequence,
        .second_ms = files_[first + piece.count() - 1].second_ms};
    std::string bytes = encode_segment(head, piece.pages());
    file.bytes = static_cast<std::int64_t>(bytes.size());
    TRY(write_segment(file.file, std::move(bytes), form_));
    ++merged_.files;
    merged_.bytes += file.bytes;
    const auto begin = files_.begin() + static_cast<std::ptrdiff_t>(first);
    files_.erase(begin + 1, begin + static_cast<std::ptrdiff_t>(piece.count()));
    files_[first] = std::move(file);
    return piece.count() - 1;
  }

  const Epoch& epoch_;
  const SegmentForm& form_;
  const bool is_over_;
  const std::int64_t now_ms_;
  Known& known_;
  Merged& merged_;
  std::vector<SegmentFile> files_;  // what the next is merged of
  bool is_done_ = true;
};

ArchiveMerging::ArchiveMerging(std::filesystem::path archive, SegmentForm form)
    : archive_(std::move(archive)), form_(std::move(form)) {}

Result<Merged> ArchiveMerging::round(std::int64_t now_ms,
                                     const std::function<bool()>& is_cancelled) {
  Merged merged;
  Result<void> first;
  const auto folders = TRY(epoch_folders(archive_));
  for (const std::filesystem::path& folder : folders) {
    auto looked = look_at(folder, folder != folders.back(), now_ms, is_cancelled, merged);
    if (!looked.ok() && first.ok()) first = std::move(looked);
  }
  std::erase_if(known_, [&](const auto& item) {
    return std::find(folders.begin(), folders.end(), archive_ / item.first) == folders.end();
  });
  TRY(first);
  return merged;
}

Result<void> ArchiveMerging::look_at(const std::filesystem::path& folder, bool is_over,
                                     std::int64_t now_ms, const std::function<bool()>& is_cancelled,
                                     Merged& merged) {
  Known& known = known_[folder.filename().string()];
  const std::int64_t changed = changed_ns(folder);
  if (known.is_done && known.changed_ns == changed) return {};
  known.is_done = false;
  const Epoch epoch = TRY(read_epoch(folder));
  const std::int64_t files = merged.files;
  const bool is_done = TRY(Pass(epoch, form_, is_over, now_ms, known, merged).run(is_cancelled));
  known.is_done = is_done && merged.files == files;  // looked at once more if it was changed here
  known.changed_ns = changed;
  return {};
}

}  // namespace kontor::backup
