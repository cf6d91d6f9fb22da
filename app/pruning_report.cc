#include "pruning_report.h"

#include <algorithm>

#include "backup/overview.h"
#include "base/json_writer.h"

namespace kontor::app {
namespace {

using Shares = std::vector<backup::ArchiveShare>;

// By their reasons.
Shares shares_of(const std::vector<backup::ArchiveVerdict>& verdicts) {
  Shares shares;
  for (const backup::ArchiveVerdict& verdict : verdicts) {
    if (verdict.segments == 0) continue;
    auto share = std::find_if(shares.begin(), shares.end(), [&](const backup::ArchiveShare& known) {
      return known.reason == verdict.reason;
    });
    if (share == shares.end()) share = shares.insert(share, {.reason = verdict.reason});
    share->segments += verdict.segments;
    share->bytes += verdict.bytes;
  }
  return shares;
}

void write_shares(JsonWriter& out, const Shares& shares, bool keep) {
  for (const backup::ArchiveShare& share : shares) {
    out.begin_object().key("segments").integer(share.segments).key("bytes").integer(share.bytes);
    out.key("keep").boolean(keep).key("reason").string(share.reason).end_object();
  }
}

std::string shares_text(const Shares& shares, const char* verb) {
  std::string text;
  for (const backup::ArchiveShare& share : shares) {
    text += verb + backup::counted(share.segments, "segment") + " of the archive, " +
            backup::readable_bytes(share.bytes) + "  " + share.reason + "\n";
  }
  return text;
}

}  // namespace

std::string pruned_json(const Pruning& pruning, bool dry_run) {
  const backup::Pruned& pruned = pruning.backups;
  std::string text;
  JsonWriter out(text);
  out.begin_object().key("dry_run").boolean(dry_run);
  out.key("kept").integer(static_cast<std::int64_t>(pruned.verdicts.size()) - pruned.removed);
  out.key("removed").integer(pruned.removed).key("freed_bytes").integer(pruned.freed_bytes);
  out.key("backups").begin_array();
  for (const backup::Verdict& verdict : pruned.verdicts) {
    out.begin_object().key("file").string(verdict.entry.name());
    out.key("keep").boolean(verdict.keep).key("reason").string(verdict.reason).end_object();
  }
  out.end_array();
  const Shares gone = shares_of(pruning.archive.goes);
  std::int64_t segments = 0, bytes = 0;
  for (const backup::ArchiveShare& share : gone) {
    segments += share.segments;
    bytes += share.bytes;
  }
  out.key("archive").begin_object().key("removed_segments").integer(segments);
  out.key("freed_bytes").integer(bytes).key("segments").begin_array();
  write_shares(out, pruning.archive.stays, true);
  write_shares(out, gone, false);
  out.end_array().end_object().end_object();
  return text;
}

std::string pruned_text(const Pruning& pruning, bool dry_run) {
  const backup::Pruned& pruned = pruning.backups;
  std::string text;
  for (const backup::Verdict& verdict : pruned.verdicts) {
    text += std::string(verdict.keep ? "keep    " : "remove  ") + verdict.entry.name() + "  " +
            verdict.reason + "\n";
  }
  text += (dry_run ? "would remove " : "removed ") + std::to_string(pruned.removed) + ", " +
          backup::readable_bytes(pruned.freed_bytes) + "\n";
  for (const std::string& finding : pruning.doubts) {
    text += "what it was merged of stays, for it cannot be read: " + finding + "\n";
  }
  return text + shares_text(pruning.archive.stays, "keep    ") +
         shares_text(shares_of(pruning.archive.goes), "remove  ");
}

}  // namespace kontor::app
