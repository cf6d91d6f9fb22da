// Imports in the background of a server: one at a time, a few waiting.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "base/clock.h"
#include "base/result.h"
#include "crm/imports/import_journal.h"
#include "crm/imports/import_uploads.h"
#include "crm/imports/importer.h"
#include "crm/records.h"
#include "store/store.h"

namespace kontor::crm {

// A file as it was sent, and what is to be done with it.
struct ImportJob {
  const model::Entity* entity = nullptr;
  std::string content{}, lines{};
  std::shared_ptr<const UploadedFile> upload{}, lines_upload{};  // instead of these, if not null
  ImportOptions options{};                                       // without streams and callbacks
  Context context{};
  Uuid id{};  // of its record, once it waits
  // Asked between batches: false stops it, as who sent it has no longer the rights that she had.
  std::function<bool()> still_valid{};
};

// The streams of a job's files, for as long as it runs: set in its options.
class ImportStreams {
 public:
  explicit ImportStreams(ImportJob& job);

 private:
  std::unique_ptr<std::istream> file_, lines_;
};

// Owns a thread. What it is given must outlive it. Thread-safe.
class ImportRunner {
 public:
  // Imports that an earlier process left behind become `stopped`, and its copies for dry runs are
  // removed. `scratch`: for copies; empty: the system's folder for temporary files.
  ImportRunner(store::Store& store, const Records& records, const Clock& clock,
               std::filesystem::path scratch);
  ImportRunner(const ImportRunner&) = delete;
  ImportRunner& operator=(const ImportRunner&) = delete;
  ~ImportRunner();

  // The import's id: of its record, which is `queued`. A file that cannot be read, and columns that
  // are missing, are told at once. Code::busy: too many wait. Code::conflict: this very file waits
  // or is being imported.
  Result<Uuid> submit(ImportJob job);
  // The same for a dry run, which leaves no record: it is done when this returns.
  Result<ImportReport> rehearse(ImportJob job);
  // Takes no more, and stops the one at work after its batch; those that wait stay to be sent anew.
  void stop();

 private:
  void work();
  Result<Uuid> enlist(const ImportJob& job);
  void run(ImportJob& job);
  void end_early(const Uuid& id, const Error& error);

  store::Store& store_;
  const Records& records_;
  const Clock& clock_;
  const std::filesystem::path scratch_;
  std::atomic<bool> stopping_ = false;
  std::mutex submitting_;  // one file at a time is looked through
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<ImportJob> waiting_;  // under mutex_
  std::mutex rehearsing_;          // one copy of the database at a time
  std::thread thread_;             // last: it uses what stands above
};

}  // namespace kontor::crm
