#include "composition.h"

#include <utility>

#include "access_log.h"
#include "api/problem.h"
#include "archiving.h"
#include "backup_delivery.h"
#include "base/master_key.h"
#include "build_info.h"
#include "crm/accounts/key_check.h"
#include "crm/schema_check.h"
#include "crm/search_index.h"
#include "data_lock.h"
#include "erasure_list.h"
#include "figures.h"
#include "loopback.h"
#include "organisation_settings.h"
#include "session.h"
#include "settings_check.h"
#include "store/failed_starts.h"
#include "store/page_checksums.h"
#include "web_pack.h"

namespace kontor::app {
namespace {

Result<void> check_tables(store::Store& store) {
  const auto differences =
      TRY(store.read([](store::ReadTx& tx) -> Result<std::vector<std::string>> {
        return crm::schema_differences(tx);
      }));
  if (differences.empty()) return {};
  return Error{.code = Code::verification_failed,
               .message = "The tables are not those of this program: " + differences.front(),
               .kind = "schema_differs",
               .hint = "kontor doctor"};
}

// Known to belong to the database before anything is sealed with it.
Result<void> check_master_key(store::Store& store, const SecretKey& key, const std::string& place) {
  auto checked = crm::check_key(store, key);
  if (checked.ok() || checked.error().code != Code::wrong_key) return checked;
  Error error = std::move(checked).error();
  error.message += " It was read from " + place + ".";
  error.hint =
      "put back the master.key that lay beside this database when it was made; if it is lost for "
      "good: kontor init --new-key";
  return error;
}

// A step of the schema is a write, which a disk that failed again and again does not get.
Result<void> check_may_migrate(store::Migrator& migrator, const std::filesystem::path& database) {
  const store::FailedStarts failures(database);
  if (!failures.are_too_many() || TRY(migrator.plan_up()).empty()) return {};
  return Error{.code = Code::io_error,
               .message = store::describe(failures.list()) + " The schema is not migrated.",
               .hint = "look at the disk, then: kontor serve --writable"};
}

// SQLite speaks of the database; a person wants to know of which file.
Result<store::Migrator> open_migrator(const store::DataDir& data_dir, const Clock& clock) {
  auto migrator = store::Migrator::open(migrator_options(data_dir.path()), clock);
  if (migrator.ok() || migrator.error().code != Code::io_error) return migrator;
  Error error = std::move(migrator).error();
  error.message = data_dir.database().string() + ": " + error.message;
  error.hint = "kontor doctor; look at the disk; kontor restore latest --in-place";
  return error;
}

// Who could not be brought up is told what the data are now, and the way back.
Result<store::MigrationReport> bring_up(store::Migrator& migrator) {
  const int before = TRY(migrator.status())
  .current;
  auto migrated = migrator.up();
  if (migrated.ok()) return migrated;
  Error error = std::move(migrated).error();
  const auto now = migrator.status();
  if (now.ok() && now->current == before) {
    error.message += " The database still has schema " + std::to_string(before) + ".";
    error.hint = "start the previous program, which serves it; kontor upgrade --rollback does that";
  } else if (now.ok()) {
    error.message += " The database has schema " + std::to_string(now->current) + " instead of " +
                     std::to_string(before) + " now; a copy of before is in backups/.";
    error.hint = "kontor migrate down --to " + std::to_string(before) +
                 " --allow-data-loss, then start the previous program";
  }
  return error;
}

http::ServerOptions server_options(const Config& config, const std::vector<std::string>& listen) {
  return {.listen = listen,
          .tls = {config.text("tls_cert"), config.text("tls_key")},
          .allowed_hosts = config.list("allowed_hosts"),
          .trusted_proxies = config.list("trusted_proxies"),
          .urgent_paths = {"/livez", "/readyz", "/health"}};
}

// Of a standby: nothing is written, also not what a start brings up, and a schema that is not this
// program's is refused.
Result<Database> open_standby(const Config& config, const Clock& clock, std::string why) {
  store::DataDir data_dir = TRY(lock_data_dir(data_path(config), true));
  const std::string key_file = data_dir.master_key().string();
  const SecretKey key = TRY(read_master_key(key_file, config.credentials()));
  auto store =
      TRY(store::Store::open({.database = data_dir.database(), .standby = std::move(why)}, clock));
  TRY(check_tables(*store));
  TRY(check_master_key(*store, key, master_key_place(key_file, config.credentials())));
  crm::Organisation organisation = TRY(organisation_in(*store, config));
  return Database{.data_dir = std::move(data_dir),
                  .migrated = {},
                  .lost = {},
                  .key = key,
                  .store = std::move(store),
                  .organisation = std::move(organisation)};
}

std::optional<store::LogTapLimits> tap_of(const TroubleChoices& choices) {
  if (!choices.tap_log) return std::nullopt;
  return store::LogTapLimits();
}

crm::FactorRule factor_rule(const std::string& text) {
  if (text == "off") return crm::FactorRule::off;
  return text == "admins" ? crm::FactorRule::admins : crm::FactorRule::all;
}

}  // namespace

int schema_version() {
  const auto steps = store::embedded_schema();
  return steps.empty() ? 0 : steps.back().version;
}

store::MigratorOptions migrator_options(const std::filesystem::path& data_dir) {
  return {.database = data_dir / "kontor.db",
          .backups = data_dir / "backups",
          .program = std::string(build_info().version)};
}

Result<Database> open_database(const Config& config, const Clock& clock,
                               std::function<void(const Error&)> on_io_failure,
                               const TroubleChoices& choices) {
  store::DataDir data_dir = TRY(lock_data_dir(data_path(config)));
  std::optional<store::LostCommits> lost;
  if (choices.accept_wal_loss) {
    lost = TRY(store::accept_wal_loss(data_dir.database(), clock.now_ms()));
  }
  const std::string key_file = data_dir.master_key().string();
  store::Migrator migrator = TRY(open_migrator(data_dir, clock));
  if (TRY(migrator.status()).current == 0) {
    return Error{.code = Code::not_initialised,
                 .message = data_dir.path().string() + " has an empty database.",
                 .hint = "kontor init --data " + data_dir.path().string()};
  }
  SecretKey key = TRY(read_master_key(key_file, config.credentials()));
  if (!choices.writable) TRY(check_may_migrate(migrator, data_dir.database()));
  store::MigrationReport migrated = TRY(bring_up(migrator));
  bool checksums_added = false;
  if (config.boolean("page_checksums"))
    checksums_added = TRY(store::add_page_checksums(data_dir.database()));
  auto store = TRY(store::Store::open({.database = data_dir.database(),
                                       .on_io_failure = std::move(on_io_failure),
                                       .before_commit = crm::update_search_index,
                                       .tap_log = tap_of(choices),
                                       .forget_failures = choices.writable},
                                      clock));
  TRY(check_tables(*store));
  if (!choices.any_key)
    TRY(check_master_key(*store, key, master_key_place(key_file, config.credentials())));
  crm::Organisation organisation = TRY(organisation_in(*store, config));
  TRY(settle_erasures(*store, organisation, clock, data_dir.path() / "backups"));
  return Database{
      std::move(data_dir), std::move(migrated),    std::move(lost), checksums_added, key,
      std::move(store),    std::move(organisation)};
}

crm::AccountSettings account_settings_of(const Config& config,
                                         const crm::CurrentOrganisation& organisation) {
  constexpr std::int64_t second_ms = 1000;
  return {.cost = {.memory_kib = config.integer("password_memory_kib"),
                   .passes = config.integer("password_passes")},
          .passwords = {.min_chars = config.integer("password_min_chars"),
                        .mixed_min_chars = config.integer("password_mixed_min_chars"),
                        .max_bytes = config.integer("password_max_bytes"),
                        .history = config.integer("password_history")},
          .sessions = {.idle_ms = config.integer("session_idle_s") * second_ms,
                       .absolute_ms = config.integer("session_absolute_s") * second_ms,
                       .max = config.integer("session_max")},
          .lock_out = {.failures = config.integer("lockout_failures"),
                       .lock_ms = config.integer("lockout_s") * second_ms},
          .tokens = {.days = config.integer("token_days"),
                     .days_max = config.integer("token_days_max")},
          .second_factor = factor_rule(config.text("require_totp")),
          .organisation = &organisation};
}

Business::Business(const Config& config, Database database, const Clock& clock, Random& random)
    : database_(std::move(database)),
      organisation_(database_.organisation, fixed_fields(config)),
      ids_(clock, random),
      records_(organisation_, ids_),
      accounts_({.store = *database_.store,
                 .ids = ids_,
                 .clock = clock,
                 .random = random,
                 .settings = account_settings_of(config, organisation_),
                 .master_key = database_.key}) {}

Result<std::unique_ptr<Business>> Business::open(const Config& config, const Clock& clock,
                                                 Random& random) {
  Database database = TRY(open_database(config, clock));
  return std::make_unique<Business>(config, std::move(database), clock, random);
}

Service::Service(const Config& config, const Parts& parts, Database database)
    : config_(config),
      database_(std::move(database)),
      archiver_(start_archive(database_, parts.clock, parts.random, parts.log, parts.sealing,
                              parts.on_backup_made)),
      merger_(archiver_ ? std::make_unique<ArchiveMerger>(database_.data_dir.path(), parts.sealing,
                                                          parts.clock, parts.log)
                        : nullptr),
      organisation_(database_.organisation, fixed_fields(config)),
      ids_(parts.clock, parts.random),
      events_(*database_.store),
      records_(organisation_, ids_, [this] { events_.wake(); }),
      accounts_({.store = *database_.store,
                 .ids = ids_,
                 .clock = parts.clock,
                 .random = parts.random,
                 .settings = account_settings_of(config, organisation_),
                 .log = &parts.log,
                 .master_key = database_.key}),
      validity_(*database_.store, accounts_.settings().sessions, parts.clock),
      backup_jobs_({.data = database_.data_dir.path(),
                    .store = *database_.store,
                    .ids = ids_,
                    .random = parts.random,
                    .clock = parts.clock,
                    .log = parts.log,
                    .sealing = parts.sealing,
                    .archiver = archiver_.get(),
                    .targets = backup_targets_of(config),
                    .on_made = parts.on_backup_made}),
      log_(parts.log),
      api_(api::Api::open(
          {.store = *database_.store,
           .organisation = organisation_,
           .records = records_,
           .events = events_,
           .accounts = accounts_,
           .ids = ids_,
           .random = parts.random,
           .clock = parts.clock,
           .on_failure = failure_log(parts.log),
           .still_valid = [this](const crm::Principal& who) { return validity_.holds(who); },
           .write_figures = [this](MetricsText& out) { add_figures(out); },
           .write_system = [this](JsonWriter& out) { add_system(out); },
           .standby = parts.standby,
           .backups = &backup_jobs_},
          {.version = std::string(build_info().version),
           .schema_version = schema_version(),
           .scratch = database_.data_dir.path() / "backups",
           .require_if_match = config.boolean("require_if_match"),
           .cors_origins = config.list("cors_origins"),
           .rate_limit = config.integer("rate_limit"),
           .web = packed_web(),
           .server_timing = config.boolean("server_timing")})),
      started_ms_(parts.clock.now_ms()),
      has_tls_(!config.text("tls_cert").empty()),
      targets_(backup_targets_of(config)),
      standby_figures_(parts.standby_figures) {}

Result<void> Service::show_written() {
  database_.store->outdate_memory();
  organisation_.replace(TRY(organisation_in(*database_.store, config_)));
  events_.wake();
  return {};
}

Result<std::unique_ptr<Service>> Service::open(const Config& config, Parts parts) {
  TRY(check_settings(config));
  const std::string standby = parts.choices.standby;
  parts.choices.tap_log = config.text("archive") == "on";
  Database database =
      TRY(standby.empty() ? open_database(config, parts.clock, parts.on_io_failure, parts.choices)
                          : open_standby(config, parts.clock, standby));
  TRY(check_reach(*database.store, parts.listen));
  auto service = std::make_unique<Service>(config, parts, std::move(database));
  auto opened = service->open_server(config, parts);
  if (opened.ok()) return service;
  // Else the next start would not know that nothing was lost.
  [[maybe_unused]] const auto closed = service->close();
  return opened.error();
}

void Service::stop_backup_jobs() {
  backup_jobs_.stop();
  if (archiver_) archiver_->stop_base();
}

Result<void> Service::close() {
  store().close();
  if (archiver_) TRY(archiver_->finish());
  return {};
}

Result<void> Service::open_server(const Config& config, const Parts& parts) {
  server_ =
      TRY(http::Server::open(server_options(config, parts.listen), api_->handler(), api::refusal,
                             exchange_observer(parts.log), parts.clock, parts.random));
  TRY(check_reach(store(), server_->addresses()));  // also of sockets that were handed in
  return database_.data_dir.announce(urls());
}

http::Server::OnExchange Service::exchange_observer(const Logger& log) {
  return [this, write_line = exchange_log(log)](const http::Exchange& exchange) {
    api_->observe(exchange);
    write_line(exchange);
  };
}

std::optional<backup::ArchiveFigures> Service::archive_figures() const {
  if (!archiver_) return std::nullopt;
  backup::ArchiveFigures figures = archiver_->figures();
  figures.merged = merger_->files();
  return figures;
}

void Service::add_figures(MetricsText& out) const {
  write_figures(out, {.server = server_->stats(),
                      .database = read_figures(*database_.store),
                      .archive = archive_figures(),
                      .data_dir = database_.data_dir.path(),
                      .backups = database_.data_dir.path() / "backups",
                      .targets = targets_,
                      .started_ms = started_ms_});
  if (standby_figures_) standby_figures_(out);
}

void Service::add_system(JsonWriter& out) const {
  write_system(out, {.server = server_->stats(),
                     .database_file = database_.data_dir.database(),
                     .backups = database_.data_dir.path() / "backups",
                     .level = log_.level(),
                     .started_ms = started_ms_});
}

std::vector<std::string> Service::urls() const {
  std::vector<std::string> urls;
  for (const std::string& address : server_->addresses()) {
    const bool is_unix = address.starts_with("unix:");
    urls.push_back(is_unix ? address : (has_tls_ ? "https://" : "http://") + address);
  }
  return urls;
}

}  // namespace kontor::app
