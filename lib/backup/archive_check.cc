#include "backup/archive_check.h"

#include <algorithm>
#include <map>
#include <utility>

#include "backup/archive_walk.h"
#include "backup/segment_merge.h"

namespace kontor::backup {
namespace {

bool is_backup_there(const std::filesystem::path& file) {
  std::error_code ignored;
  return std::filesystem::is_regular_file(file, ignored);
}

bool is_same(const SegmentHead& a, const SegmentHead& b) {
  return a.first_commit == b.first_commit && a.last_commit == b.last_commit &&
         a.first_ms == b.first_ms && a.last_ms == b.last_ms && a.page_bytes == b.page_bytes &&
         a.database_pages == b.database_pages && a.previous == b.previous &&
         a.stands_for == b.stands_for;
}

class Checking {
 public:
  Checking(const Epoch& epoch, const std::filesystem::path& backups, const SegmentForm& form,
           ArchiveReport& report)
      : epoch_(epoch), backups_(backups), form_(form), report_(report) {}

  // An Error only where a key is missing: then nothing is known. `is_last`: of the epochs.
  Result<void> run(const std::optional<CleanEnd>& end, bool is_last) {
    ++report_.epochs;
    check_bases(is_last);
    for (const Base& base : epoch_.bases) places_.emplace(base.place.sequence, base.place);
    // What is merged is held against the others, not they against it.
    for (const bool merged : {false, true}) {
      for (const SegmentFile& file : epoch_.segments) {
        if (file.is_merged() == merged) TRY(count(file));
      }
    }
    check_whole(known_end(epoch_, end));
    return {};
  }

 private:
  void add(std::string finding) { report_.findings.push_back(std::move(finding)); }

  Result<void> count(const SegmentFile& file) {
    auto checked = check(file);
    if (checked.ok()) {
      ++report_.segments;
      report_.bytes += file.bytes;
    } else if (checked.error().code == Code::wrong_key) {
      return checked;
    } else {
      add(checked.error().message);
    }
    return {};
  }

  // A server that is lost before its first base was made leaves an epoch without one; the base of
  // the next has what is in it, and a restore to a second of it says that there is none.
  void check_bases(bool is_last) {
    if (is_last && epoch_.bases.empty() && !epoch_.segments.empty()) {
      add("Epoch " + epoch_.name + " has no base: its segments cannot be restored.");
    }
    for (const Base& base : epoch_.bases) {
      if (is_backup_there(backups_ / base.backup)) continue;
      add((backups_ / base.backup).string() + ", a base of the archive, is missing.");
    }
  }

  // By the names. Older segments than those that follow the oldest base may have been pruned.
  void check_whole(std::uint64_t known) {
    if (epoch_.segments.empty()) return;
    std::uint64_t before = epoch_.segments.front().first_sequence;
    for (const SegmentFile& file : epoch_.segments) before = std::min(before, file.first_sequence);
    std::uint64_t begin = --before;
    if (before != 0) {
      if (epoch_.bases.empty()) return add(segment_missing(epoch_.name, before).message);
      begin = epoch_.bases.front().place.sequence;  // what is older goes with its base
    }
    const std::uint64_t last = std::max(known, epoch_.segments.back().sequence);
    const auto way = SegmentWays(epoch_.segments).longest(begin, last);
    const std::uint64_t reached = way.empty() ? begin : way.back().sequence;
    if (reached < last) add(segment_missing(epoch_.name, reached + 1).message);
  }

  // What a file says of a place, against what the others say.
  bool agrees(const ChainPlace& place) {
    const ChainPlace& known = places_.emplace(place.sequence, place).first->second;
    return known.commit == place.commit && known.hash == place.hash;
  }

  Result<void> check(const SegmentFile& file) {
    // Alone, from where it begins, it must be what its name says.
    const std::string name = file.file.string();
    const Segment segment = TRY(read_segment(file.file, form_));
    const SegmentHead& head = segment.head;
    const ChainPlace begin{.sequence = file.first_sequence - 1,
                           .commit = head.first_commit - 1,
                           .hash = head.previous};
    TRY(ChainWalk(epoch_.name, begin, form_).check(file, segment));
    if (!agrees(begin)) return segment_wrong(name + " does not follow the segment before it.");
    if (!agrees({.sequence = head.sequence,
                 .commit = head.last_commit,
                 .hash = segment.chain_hash()})) {
      return segment_wrong(name + " is not what the other segments say of its place.");
    }
    if (!file.is_merged()) return {};
    const auto parts = TRY(merge_parts(file));
    const bool is_whole = parts.head().sequence == head.sequence;
    if (!is_whole || (is_same(parts.head(), head) && parts.pages() == segment.pages)) return {};
    return segment_wrong(name + " does not hold what it was merged of.");
  }

  // What lies beside a merged one and does the same; as much of it as can be read.
  Result<SegmentMerge> merge_parts(const SegmentFile& whole) {
    const auto begin = std::partition_point(
        epoch_.segments.begin(), epoch_.segments.end(),
        [&](const SegmentFile& file) { return file.sequence < whole.first_sequence; });
    std::vector<SegmentFile> inside;
    for (auto at = begin; at != epoch_.segments.end() && at->sequence <= whole.sequence; ++at) {
      const bool is_part = at->first_sequence >= whole.first_sequence && at->file != whole.file;
      if (is_part) inside.push_back(*at);
    }
    SegmentMerge parts;
    const auto way = SegmentWays(inside).longest(whole.first_sequence - 1, whole.sequence);
    if (way.empty() || way.back().sequence != whole.sequence) return parts;
    for (const SegmentFile& file : way) {
      const auto segment = read_segment(file.file, form_);
      if (!segment.ok() || !parts.add(*segment)) break;  // told where it is checked itself
    }
    return parts;
  }

  const Epoch& epoch_;
  const std::filesystem::path& backups_;
  const SegmentForm& form_;
  ArchiveReport& report_;
  std::map<std::uint64_t, ChainPlace> places_;
};

}  // namespace

std::uint64_t known_end(const Epoch& epoch, const std::optional<CleanEnd>& end) {
  std::uint64_t sequence = end && end->epoch == epoch.name ? end->place.sequence : 0;
  for (const Base& base : epoch.bases) sequence = std::max(sequence, base.place.sequence);
  return sequence;
}

Result<ArchiveReport> check_archive(const std::filesystem::path& archive,
                                    const std::filesystem::path& backups, const SegmentForm& form) {
  ArchiveReport report;
  const auto end = read_end(archive);
  const std::vector<Epoch> epochs = TRY(list_epochs(archive));
  for (const Epoch& epoch : epochs) {
    TRY(Checking(epoch, backups, form, report).run(end, &epoch == &epochs.back()));
  }
  return report;
}

}  // namespace kontor::backup
