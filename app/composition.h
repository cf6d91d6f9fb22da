// Who lives how long. The only place that builds settings → data directory → store → records →
// API → server; members end in the reverse of their order.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/event_hub.h"
#include "api/service.h"
#include "archive_merger.h"
#include "backup/archiver.h"
#include "backup_jobs.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/log.h"
#include "base/random.h"
#include "base/result.h"
#include "base/sealed.h"
#include "base/uuid.h"
#include "crm/accounts/accounts.h"
#include "crm/accounts/validity.h"
#include "crm/context.h"
#include "crm/organisation/current_organisation.h"
#include "crm/records.h"
#include "http/server.h"
#include "store/data_dir.h"
#include "store/migrator.h"
#include "store/store.h"
#include "store/wal_scan.h"

namespace kontor::app {

// An open database under the lock of its directory.
struct Database {
  store::DataDir data_dir;
  store::MigrationReport migrated;  // steps that were due, and the snapshot taken before them
  std::optional<store::LostCommits> lost;  // what was given up because the log was damaged
  bool checksums_added = false;            // page_checksums asked for them, and there were none
  SecretKey key;                           // the master key, held against the database
  std::unique_ptr<store::Store> store;
  crm::Organisation organisation;  // as it is at the start
};

store::MigratorOptions migrator_options(const std::filesystem::path& data_dir);

// What the operator decides about a database that is in trouble, and who opens it.
struct TroubleChoices {
  bool writable = false;         // write again although the disk failed several times
  bool accept_wal_loss = false;  // go on without the commits behind a damaged place of the log
  bool any_key = false;          // the master key need not be the database's: adopt_key() follows
  std::string standby = {};      // why a standby takes no writes; empty: it is none
  bool tap_log = false;  // for an archive: the store keeps what is committed until it is taken
};

// Locks the directory, reads its key, brings the schema up to date, opens the store, and holds its
// tables against the entities and its key against the master key. `on_io_failure` as in
// store::StoreOptions.
Result<Database> open_database(const Config& config, const Clock& clock,
                               std::function<void(const Error&)> on_io_failure = {},
                               const TroubleChoices& choices = {});

crm::AccountSettings account_settings_of(const Config& config,
                                         const crm::CurrentOrganisation& organisation);

// What commands that change data need: the business without a server.
class Business {
 public:
  static Result<std::unique_ptr<Business>> open(const Config& config, const Clock& clock,
                                                Random& random);
  Business(const Config& config, Database database, const Clock& clock, Random& random);

  store::Store& store() { return *database_.store; }
  const crm::Records& records() const { return records_; }
  const store::DataDir& data_dir() const { return database_.data_dir; }
  const SecretKey& key() const { return database_.key; }
  crm::CurrentOrganisation& organisation() { return organisation_; }
  UuidSource& ids() { return ids_; }
  crm::Accounts& accounts() { return accounts_; }

 private:
  Database database_;
  crm::CurrentOrganisation organisation_;
  UuidSource ids_;
  crm::Records records_;
  crm::Accounts accounts_;
};

// The whole server. Logger, clock and random must outlive it.
class Service {
 public:
  struct Parts {
    const Clock& clock;
    Random& random;
    const Logger& log;
    std::vector<std::string> listen;
    std::function<void(const Error&)> on_io_failure;
    TroubleChoices choices = {};
    BackupSealing sealing = {};
    std::function<void()> on_backup_made = {};
    std::function<api::StandbyView()> standby = {};  // empty: it is none
    std::function<void(MetricsText&)> standby_figures = {};
  };

  static Result<std::unique_ptr<Service>> open(const Config& config, Parts parts);
  Service(const Config& config, const Parts& parts, Database database);

  const store::DataDir& data_dir() const { return database_.data_dir; }
  const store::MigrationReport& migrated() const { return database_.migrated; }
  bool checksums_added() const { return database_.checksums_added; }
  const std::optional<store::LostCommits>& lost() const { return database_.lost; }
  // Addresses really bound, as URLs: "http://127.0.0.1:8080", "unix:/run/kontor.sock".
  std::vector<std::string> urls() const;
  http::Server& server() { return *server_; }
  api::Api& api() { return *api_; }
  store::Store& store() { return *database_.store; }
  const SecretKey& key() const { return database_.key; }
  crm::CurrentOrganisation& organisation() { return organisation_; }
  const crm::Records& records() const { return records_; }
  crm::Accounts& accounts() { return accounts_; }
  backup::Archiver* archiver() const { return archiver_.get(); }
  // What somebody else wrote into the database is to be seen: by sessions, settings, streams.
  Result<void> show_written();
  // Waits for the job that runs; no other begins.
  void stop_backup_jobs();
  // Stops writing; then what was committed last goes into the archive.
  Result<void> close();

 private:
  Result<void> open_server(const Config& config, const Parts& parts);
  http::Server::OnExchange exchange_observer(const Logger& log);
  std::optional<backup::ArchiveFigures> archive_figures() const;
  void add_figures(MetricsText& out) const;
  void add_system(JsonWriter& out) const;

  const Config& config_;
  Database database_;
  std::unique_ptr<backup::Archiver> archiver_;  // of the store; empty: no archive is kept
  std::unique_ptr<ArchiveMerger> merger_;       // the same
  crm::CurrentOrganisation organisation_;
  UuidSource ids_;
  api::EventHub events_;
  crm::Records records_;
  crm::Accounts accounts_;
  crm::Validity validity_;
  BackupJobs backup_jobs_;
  const Logger& log_;
  std::unique_ptr<api::Api> api_;
  std::int64_t started_ms_;
  bool has_tls_;
  std::vector<BackupTarget> targets_;
  const std::function<void(MetricsText&)> standby_figures_;
  std::unique_ptr<http::Server> server_;
};

int schema_version();

}  // namespace kontor::app
