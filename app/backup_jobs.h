// Backups that are made and proven in the background of a server, as somebody asked for them.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "api/backups.h"
#include "backup/archiver.h"
#include "backup_sealing.h"
#include "base/backup_target.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "base/uuid.h"
#include "store/store.h"

namespace kontor::app {

// Owns the thread of the job that runs. What it is given must outlive it.
class BackupJobs final : public api::Backups {
 public:
  struct Parts {
    std::filesystem::path data;
    store::Store& store;  // for the audit trail
    UuidSource& ids;
    Random& random;
    const Clock& clock;
    const Logger& log;
    BackupSealing sealing;
    backup::Archiver* archiver = nullptr;
    std::vector<BackupTarget> targets;  // to tell how it goes there
    std::function<void()> on_made;      // called on the job's thread
  };

  explicit BackupJobs(Parts parts);
  BackupJobs(const BackupJobs&) = delete;
  BackupJobs& operator=(const BackupJobs&) = delete;
  ~BackupJobs() override;

  Result<std::string> list() const override;
  Result<std::string> create(const crm::Context& who, std::string reason) override;
  Result<std::string> verify(const std::string& file, bool drill) override;

  // Takes no more, cancels the backup that is being made, and waits for a proof to end.
  void stop();

 private:
  struct Job {
    Uuid id{};
    std::string_view kind;  // create, verify, drill
    std::string file;       // of `create`: known once it is made
    std::string error;
    std::int64_t started_ms = 0;
    std::int64_t ended_ms = 0;  // 0: it runs
  };
  // What a job came to: the backup's file.
  using Work = std::function<Result<std::string>()>;

  Result<std::string> begin(std::string_view kind, std::string file, Work work);
  static Result<std::string> guarded(const Work& work);
  void run(const Work& work);
  std::string job_json() const;
  Result<std::string> make(const crm::Context& who, const std::string& reason) const;
  Result<std::string> prove(const std::filesystem::path& file) const;
  Result<std::string> drill(const std::filesystem::path& file) const;

  Parts parts_;
  std::atomic<bool> stopping_ = false;
  mutable std::mutex mutex_;
  Job job_;             // under mutex_; no id: there was none since the start
  std::thread thread_;  // under mutex_
};

}  // namespace kontor::app
