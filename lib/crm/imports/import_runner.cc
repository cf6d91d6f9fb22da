#include "crm/imports/import_runner.h"

#include <fstream>
#include <sstream>
#include <utility>

#include "base/limits.h"
#include "crm/imports/import_fingerprint.h"
#include "crm/imports/import_item.h"
#include "crm/imports/rehearsal_copy.h"

namespace kontor::crm {
namespace {

std::unique_ptr<std::istream> stream_of(const std::string& text,
                                        const std::shared_ptr<const UploadedFile>& upload) {
  if (upload != nullptr) return std::make_unique<std::ifstream>(upload->path(), std::ios::binary);
  return std::make_unique<std::istringstream>(text);
}

Error busy() {
  return {.code = Code::busy,
          .message = "Too many imports are waiting; try again when one is done."};
}

Error importing_already() {
  return {.code = Code::conflict,
          .message = "This very file is being imported already.",
          .kind = "import_running"};
}

}  // namespace

ImportStreams::ImportStreams(ImportJob& job) : file_(stream_of(job.content, job.upload)) {
  job.options.file = file_.get();
  if (job.lines.empty() && job.lines_upload == nullptr) return;
  lines_ = stream_of(job.lines, job.lines_upload);
  job.options.lines = lines_.get();
}

ImportRunner::ImportRunner(store::Store& store, const Records& records, const Clock& clock,
                           std::filesystem::path scratch)
    : store_(store), records_(records), clock_(clock), scratch_(std::move(scratch)) {
  if (!scratch_.empty()) remove_left_copies(scratch_);
  // Where this cannot be written, the imports cannot either, and say so when they are asked for.
  const Result<std::int64_t> ignored = store_.write([&](store::WriteTx& tx) {
    return Result<std::int64_t>(stop_abandoned(tx, {.now_ms = clock_.now_ms()}));
  });
  static_cast<void>(ignored);
  thread_ = std::thread([this] { work(); });
}

ImportRunner::~ImportRunner() {
  stop();
  thread_.join();
}

void ImportRunner::stop() {
  const std::lock_guard lock(mutex_);
  stopping_ = true;
  changed_.notify_all();
}

Result<Uuid> ImportRunner::enlist(const ImportJob& job) {
  ImportRecord fresh = TRY(describe_import(*job.entity, job.options));
  // Says what is wrong with the file and the options at once.
  TRY(check_policies(*job.entity, job.options));
  TRY(ImportSource::open(*job.entity, job.options, records_.organisation()->currency));
  fresh.state = "queued";
  return store_.write([&](store::WriteTx& tx) -> Result<Uuid> {
    auto record = find_resumable(tx, job.context, fresh.fingerprint);
    if (record && record->state != "stopped") return importing_already();
    if (!record) {
      record = fresh;
      record->id = records_.new_id();
      insert_import(tx, job.context, *record);
    }
    record->state = "queued";
    update_import(tx, job.context, *record);
    return record->id;
  });
}

Result<Uuid> ImportRunner::submit(ImportJob job) {
  // Looking through a large file takes seconds, in which nobody else is to wait.
  const std::unique_lock looking(submitting_, std::try_to_lock);
  if (!looking.owns_lock()) return busy();
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || waiting_.size() >= limits::import_queue) return busy();
  }
  job.options.scratch = scratch_;
  {
    const ImportStreams streams(job);
    job.id = TRY(enlist(job));
  }
  const Uuid id = job.id;
  const std::lock_guard lock(mutex_);
  waiting_.push_back(std::move(job));
  changed_.notify_all();
  return id;
}

Result<ImportReport> ImportRunner::rehearse(ImportJob job) {
  const std::unique_lock lock(rehearsing_, std::try_to_lock);
  if (!lock.owns_lock() || stopping_) return busy();
  job.options.scratch = scratch_;
  job.options.dry_run = true;
  job.options.is_cancelled = [this] { return stopping_.load(); };
  const ImportStreams streams(job);
  return import_records(store_, records_, job.context, *job.entity, job.options);
}

void ImportRunner::run(ImportJob& job) {
  job.options.is_cancelled = [this, &job] {
    return stopping_.load() || (job.still_valid && !job.still_valid());
  };
  job.context.now_ms = clock_.now_ms();
  job.options.clock = &clock_;
  const ImportStreams streams(job);
  // What became of it stands in its record, unless it did not even begin.
  const auto done = import_records(store_, records_, job.context, *job.entity, job.options);
  if (!done.ok()) end_early(job.id, done.error());
}

// Nobody would wait for one that is queued for ever. If not even this can be written, the next
// start says what is true.
void ImportRunner::end_early(const Uuid& id, const Error& error) {
  const bool is_elsewhere = error.kind == "import_running";  // its record is the other one's
  const Result<bool> ignored = store_.write([&](store::WriteTx& tx) -> Result<bool> {
    auto record = find_import(tx, id);
    const bool is_open = record && (record->state == "queued" || record->state == "running");
    if (!is_open || (is_elsewhere && record->state == "running")) return false;
    record->state = "stopped";
    record->reason = error.message;
    update_import(tx, {.now_ms = clock_.now_ms()}, *record);
    return true;
  });
  static_cast<void>(ignored);
}

void ImportRunner::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    if (stopping_) return;
    ImportJob job = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    run(job);
    lock.lock();
  }
}

}  // namespace kontor::crm
