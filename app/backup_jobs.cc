#include "backup_jobs.h"

#include <algorithm>
#include <utility>

#include "archiving.h"
#include "audit_note.h"
#include "backup/catalogue.h"
#include "backup/overview.h"
#include "backup_delivery.h"
#include "backup_making.h"
#include "backup_proof.h"
#include "base/civil.h"
#include "base/json_writer.h"

namespace kontor::app {

BackupJobs::BackupJobs(Parts parts) : parts_(std::move(parts)) {}

BackupJobs::~BackupJobs() { stop(); }

void BackupJobs::stop() {
  stopping_ = true;
  std::thread last;
  {
    const std::lock_guard lock(mutex_);
    last = std::move(thread_);
  }
  if (last.joinable()) last.join();
}

Result<std::string> BackupJobs::list() const {
  std::string job = "null";
  {
    const std::lock_guard lock(mutex_);
    if (job_.started_ms != 0) job = job_json();
  }
  const std::filesystem::path backups = backups_of(parts_.data);
  return backup::list_json(
      backups,
      {.job = std::move(job),
       .targets = backup::targets_json(target_states(backups, parts_.targets)),
       .archive = live_archive_json(parts_.data, parts_.archiver),
       .archive_targets = backup::shipping_json(shipping_states(backups, parts_.targets))},
      parts_.sealing.keys);
}

Result<std::string> BackupJobs::create(const crm::Context& who, std::string reason) {
  return begin("create", {}, [this, who, reason = std::move(reason)] { return make(who, reason); });
}

Result<std::string> BackupJobs::verify(const std::string& file, bool drilled) {
  // Held against the list, never taken as a path.
  const auto entries = TRY(backup::list_backups(backups_of(parts_.data), parts_.sealing.keys));
  const auto entry = std::find_if(entries.begin(), entries.end(),
                                  [&](const backup::Entry& e) { return e.name() == file; });
  if (entry == entries.end())
    return Error{.code = Code::not_found, .message = "There is no backup of this name."};
  const std::filesystem::path path = entry->file;
  if (drilled) return begin("drill", file, [this, path] { return drill(path); });
  return begin("verify", file, [this, path] { return prove(path); });
}

Result<std::string> BackupJobs::begin(std::string_view kind, std::string file, Work work) {
  const std::lock_guard lock(mutex_);
  if (stopping_)
    return Error{.code = Code::unavailable, .message = "The server is stopping: try again."};
  if (job_.started_ms != 0 && job_.ended_ms == 0)
    return Error{.code = Code::conflict,
                 .message = "A backup is being made or proven already: wait until it is done.",
                 .kind = "backup_running"};
  if (thread_.joinable()) thread_.join();  // it has said that it is done
  job_ = {.id = parts_.ids.next(),
          .kind = kind,
          .file = std::move(file),
          .started_ms = parts_.clock.now_ms()};
  thread_ = std::thread([this, work = std::move(work)] { run(work); });
  return job_json();
}

// The thread's catch-all: whatever is thrown below is a bug or a machine without memory.
Result<std::string> BackupJobs::guarded(const Work& work) {
  try {
    return work();
  } catch (const std::exception& thrown) {
    return Error{.code = Code::internal, .message = thrown.what()};
  }
}

void BackupJobs::run(const Work& work) {
  Result<std::string> outcome = guarded(work);
  const std::lock_guard lock(mutex_);
  job_.ended_ms = parts_.clock.now_ms();
  if (outcome.ok()) {
    job_.file = *std::move(outcome);
  } else {
    job_.error = outcome.error().message;
    if (outcome.error().kind == "interrupted") return;  // the server stops
    parts_.log.error("a backup job failed", {{"job", job_.kind}, {"err", job_.error}});
  }
}

// Under mutex_.
std::string BackupJobs::job_json() const {
  const auto optional_text = [](JsonWriter& out, const std::string& text) {
    if (text.empty()) out.null();
    else out.string(text);
  };
  std::string text;
  JsonWriter out(text);
  const bool is_over = job_.ended_ms != 0;
  out.begin_object().key("id").string(job_.id.text()).key("kind").string(job_.kind);
  out.key("state").string(!is_over ? "running" : job_.error.empty() ? "done" : "failed");
  optional_text(out.key("file"), job_.file);
  out.key("started_at").string(format_instant(job_.started_ms));
  optional_text(out.key("ended_at"), is_over ? format_instant(job_.ended_ms) : std::string());
  optional_text(out.key("error"), job_.error);
  out.end_object();
  return text;
}

Result<std::string> BackupJobs::make(const crm::Context& who, const std::string& reason) const {
  const auto made = TRY(make_recorded_backup({.data = parts_.data,
                                              .folder = backups_of(parts_.data),
                                              .reason = reason,
                                              .is_cancelled = [this] { return stopping_.load(); },
                                              .sealing = parts_.sealing,
                                              .archiver = parts_.archiver},
                                             parts_.clock, parts_.random));
  parts_.log.info("backup made", {{"file", made.file.native()},
                                  {"rows", made.manifest.contents.rows()},
                                  {"bytes", made.bytes},
                                  {"duration_ms", made.duration_ms}});
  if (parts_.on_made) parts_.on_made();
  crm::Context context = who;
  context.now_ms = parts_.clock.now_ms();
  TRY(note_backup(parts_.store, context, made));
  return made.file.filename().string();
}

Result<std::string> BackupJobs::prove(const std::filesystem::path& file) const {
  TRY(prove_backup(file, parts_.random, parts_.sealing.keys));
  return file.filename().string();
}

Result<std::string> BackupJobs::drill(const std::filesystem::path& file) const {
  Drill drill = TRY(
      run_drill(file, backups_of(parts_.data), parts_.clock, parts_.random, parts_.sealing.keys));
  if (!drill.record.passed) return std::move(drill.error);
  return file.filename().string();
}

}  // namespace kontor::app
