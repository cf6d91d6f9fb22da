#include "serving.h"

#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <thread>
#include <utility>

#include "backup/overview.h"
#include "backup_delivery.h"
#include "backup_making.h"
#include "base/json_writer.h"
#include "build_info.h"
#include "crm/accounts/links.h"
#include "crm/accounts/users.h"
#include "exit_code.h"
#include "local_request.h"
#include "nightly_backup.h"
#include "public_url.h"
#include "server_status.h"
#include "service_manager.h"

namespace kontor::app {
namespace {

// Longer than the longest request may take; shorter than a service manager's patience.
constexpr std::chrono::milliseconds k_drain{20'000};
// An operation that takes longer is cancelled: an import goes on where it stopped.
constexpr std::chrono::milliseconds k_operations_finish{5'000};
// After a disk failure: enough to tell those who wait that they must come again.
constexpr std::chrono::milliseconds k_drain_after_failure{2'000};

LogLevel log_level(const Config& config, const GlobalFlags& flags) {
  if (config.origin("log_level") == "default" && flags.verbose) return LogLevel::debug;
  if (config.origin("log_level") == "default" && flags.quiet) return LogLevel::warn;
  return parse_log_level(config.text("log_level")).value_or(LogLevel::info);
}

LogFileOptions log_file_options(const Config& config) {
  constexpr std::int64_t hour_ms = 3'600'000;
  return {.path = config.text("log_file"),
          .max_bytes = config.integer("log_file_bytes"),
          .max_age_ms = config.integer("log_file_hours") * hour_ms,
          .keep = static_cast<std::size_t>(config.integer("log_file_keep"))};
}

bool log_is_for_people(const Config& config) {
  return config.text("log_file").empty() && ::isatty(STDERR_FILENO) == 1;
}

// 10,000 idle connections need as many descriptors; the soft limit is 1,024 on most systems.
void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

std::string joined(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) out.append(out.empty() ? "" : ", ").append(text);
  return out;
}

}  // namespace

std::vector<std::string> listen_addresses(const Config& config, const Environment& environment) {
  std::vector<std::string> addresses = config.list("listen");
  std::vector<std::string> inherited = inherited_sockets(environment);
  if (!inherited.empty() && config.origin("listen") == "default") return inherited;
  addresses.insert(addresses.end(), inherited.begin(), inherited.end());
  return addresses;
}

Serving::Serving(const Session& session, Plan plan, SignalWatch& signals)
    : session_(session),
      plan_(std::move(plan)),
      signals_(signals),
      stderr_(STDERR_FILENO),
      log_file_(session.clock, log_file_options(plan_.config), stderr_),
      log_(session.clock, log_file_,
           choose_log_format(plan_.config.text("log_format"), log_is_for_people(plan_.config)),
           log_level(plan_.config, session.flags)),
      started_ms_(session.clock.now_ms()) {}

Result<int> Serving::run() {
  raise_descriptor_limit();
  TRY(open_service());
  make_setup_link();
  service_->server().start();
  announce();
  beacon_.emplace(service_->store(), log_);
  if (plan_.standby != nullptr) follow();
  start_watchdog();
  return watch();
}

Result<void> Serving::open_service() {
  const auto on_io_failure = [this](const Error& error) {
    log_.error("the disk failed", {{"err", error.message}});
    disk_failed_ = true;
    signals_.wake();
  };
  Service::Parts parts {
    .clock = session_.clock, .random = session_.random, .log = log_, .listen = plan_.listen,
    .on_io_failure = on_io_failure, .choices = plan_.choices,
    .sealing = TRY(backup_sealing_of(plan_.config, data_path(plan_.config)))
    , .on_backup_made = [this] {
      for (const auto& courier : couriers_) courier->look();
    }
  };
  if (plan_.standby != nullptr) add_standby(parts);
  service_ = TRY(Service::open(plan_.config, parts));
  TRY(open_control());
  if (plan_.standby == nullptr) TRY(start_backups(parts));
  return {};
}

Result<void> Serving::start_backups(const Service::Parts& parts) {
  couriers_ = TRY(start_couriers(plan_.config, service_->data_dir().backups(), session_.environment,
                                 session_.clock, log_));
  nightly_ =
      TRY(start_nightly_backup(plan_.config, service_->data_dir().path(), service_->store(),
                               service_->organisation(), session_.clock, session_.random, log_,
                               parts.sealing, parts.on_backup_made, service_->archiver()));
  if (service_->archiver() != nullptr) service_->archiver()->start();
  return {};
}

Result<void> Serving::open_control() {
  control_ = TRY(ControlServer::open({.store = service_->store(),
                                      .records = service_->records(),
                                      .data_dir = service_->data_dir(),
                                      .config = plan_.config,
                                      .clock = session_.clock,
                                      .random = session_.random,
                                      .accounts = service_->accounts(),
                                      .server = this},
                                     log_));
  return {};
}

void Serving::announce_trouble() const {
  if (const auto& lost = service_->lost()) {
    log_.error("commits were given up because the write-ahead log was damaged",
               {{"commits", lost->commits}, {"kept_in", lost->kept_in.native()}});
  }
  const store::StoreHealth health = service_->store().health();
  if (!health.read_only.empty() && plan_.standby == nullptr)
    log_.error("read-only", {{"why", health.read_only}});
  if (health.disk_full) {
    log_.error("the disk is full: writes are refused until there is room",
               {{"free_bytes", health.disk_free_bytes}});
  }
}

void Serving::announce() const {
  announce_trouble();
  const auto& migrated = service_->migrated();
  if (!migrated.steps.empty()) {
    log_.info("schema migrated", {{"schema", std::int64_t{migrated.version}},
                                  {"snapshot", migrated.snapshot.native()}});
  }
  if (service_->checksums_added()) log_.info("the database was built anew with page checksums");
  const std::string urls = joined(service_->urls());
  log_.info("ready", {{"version", build_info().version},
                      {"schema", std::int64_t{schema_version()}},
                      {"listen", urls},
                      {"data", service_->data_dir().path().native()}});
  session_.output.print(session_.flags.json ? ready_json() : ready_text());
  notify_service_manager(session_.environment, "READY=1\nSTATUS=Listening on " + urls);
}

void Serving::start_watchdog() {
  const auto interval = Watchdog::interval(session_.environment);
  if (!interval) return;
  const std::string url = service_->urls().front();
  const auto workers = [this] {
    const http::ServerStats stats = service_->server().stats();
    return Progress{.waits = stats.queued > 0, .done = stats.served};
  };
  const auto writer = [this] {
    const store::Statistics& work = service_->store().statistics();
    return Progress{.waits = service_->store().health().queued > 0,
                    .done = work.write_wait.total()};
  };
  watchdog_.emplace(
      session_.environment, *interval,
      Watchdog::Probes{
          .url = url, .host = host_for(plan_.config, url), .parts = {workers, writer}});
}

std::string Serving::ready_text() const {
  std::string listening = "Listening on " + joined(service_->urls()) + "\n";
  if (session_.flags.quiet) return listening;
  return "Kontor " + std::string(build_info().version) + ", schema " +
         std::to_string(schema_version()) + "\n" + listening + "Data directory " +
         service_->data_dir().path().string() + "\n" + backups_line() + "\n" + set_up_line() +
         (plan_.log_in.empty() ? "" : plan_.log_in + "\n") + plan_.last_line + "\n";
}

std::string Serving::backups_line() const {
  if (plan_.standby != nullptr) return standby_line();
  return "Backups: " + backup_line(backup::read_status(service_->data_dir().backups())) +
         archive_words();
}

std::string Serving::archive_words() const {
  if (service_->archiver() == nullptr) return "; archive off";
  const auto last = [&](const char* setting) {
    const std::int64_t days = plan_.config.integer(setting);
    return days == 1 ? std::string("day") : std::to_string(days) + " days";
  };
  return "; any second of the last " + last("archive_seconds_days") + ", any hour of the last " +
         last("archive_hours_days");
}

std::string Serving::set_up_line() const {
  return setup_url_.empty() ? ""
                            : "No user yet; set up once, within 30 minutes: " + setup_url_ + "\n";
}

// A server that cannot write has worse to tell than this.
void Serving::make_setup_link() {
  auto made = service_->store().write([this](store::WriteTx& tx) -> Result<std::string> {
    if (crm::any_user(tx)) return std::string();
    return crm::make_setup_link(tx, session_.clock.now_ms(), session_.random).token;
  });
  if (!made.ok() || made->empty()) return;
  setup_url_ = public_url(plan_.config, service_->urls()) + "/setup?token=" + *made;
}

std::string Serving::ready_json() const {
  std::string text;
  JsonWriter out(text);
  out.begin_object().key("version").string(build_info().version);
  out.key("schema").integer(schema_version());
  out.key("listen").begin_array();
  for (const std::string& url : service_->urls()) out.string(url);
  out.end_array().key("data").string(service_->data_dir().path().native());
  if (!setup_url_.empty()) out.key("setup_url").string(setup_url_);
  out.end_object();
  return text;
}

int Serving::watch() {
  while (true) {
    const int sign = signals_.wait();
    if (disk_failed_) stop_after_disk_failure();
    if (promoted_) return drain();
    if (sign == SIGHUP) {
      [[maybe_unused]] const auto logged = reload();
    }
    if (sign == SIGTERM || sign == SIGINT) return drain();
  }
}

Result<void> Serving::reload() {
  const std::lock_guard lock(reloading_);
  const std::int64_t now_us = session_.clock.monotonic_ms() * 1000;
  notify_service_manager(session_.environment,
                         "RELOADING=1\nMONOTONIC_USEC=" + std::to_string(now_us));
  Result<void> outcome = reload_parts();
  notify_service_manager(session_.environment, "READY=1");
  return outcome;
}

Result<void> Serving::reload_parts() {
  log_file_.reopen();
  const auto config = plan_.reload();
  if (config.ok()) {
    log_.set_level(log_level(*config, session_.flags));
  } else {
    log_.error("settings not reloaded", {{"err", config.error().message}});
  }
  const auto tls = service_->server().reload_tls();
  if (!tls.ok()) log_.error("certificates not reloaded", {{"err", tls.error().message}});
  if (!config.ok()) return config.error();
  if (!tls.ok()) return tls.error();
  look_now();
  log_.info("reloaded");
  return {};
}

void Serving::set_log_level(LogLevel level) {
  log_.set_level(level);
  log_.log(level, "log level changed", {});
}

std::string Serving::status() const {
  return server_status_json({.service = *service_,
                             .level = log_.level(),
                             .started_ms = started_ms_,
                             .now_ms = session_.clock.now_ms(),
                             .standby = standby_json()});
}

int Serving::drain() {
  log_.info(promoted_ ? "starting anew as the server" : "stopping");
  watchdog_.reset();  // from here on the time limit of the stop counts
  if (!promoted_) {
    notify_service_manager(session_.environment, "STOPPING=1\nSTATUS=Answering what was accepted");
  }
  service_->api().begin_drain();
  std::atomic<bool> drained = false;
  std::thread drainer([&] {
    control_->stop_accepting();
    service_->server().drain(k_drain);
    control_->drain(k_operations_finish);
    following_.reset();
    nightly_.reset();
    service_->stop_backup_jobs();
    couriers_.clear();  // after those that wake them
    beacon_.reset();
    drained = true;
    signals_.wake();
  });
  while (!drained) {
    const int sign = signals_.wait();
    if (disk_failed_) std::_Exit(k_exit_io_error);
    if (sign == SIGTERM || sign == SIGINT) abort_now();
  }
  drainer.join();
  const auto closed = service_->close();
  if (!closed.ok()) log_.error("the archive was not ended", {{"err", closed.error().message}});
  if (disk_failed_) std::_Exit(k_exit_io_error);
  if (plan_.standby != nullptr) return k_exit_ok;
  ship_last(plan_.config, backups_of(data_path(plan_.config)), session_.environment, session_.clock,
            log_);
  log_.info("stopped");
  return k_exit_ok;
}

void Serving::abort_now() const {
  if (plan_.before_abort) plan_.before_abort();
  std::_Exit(k_exit_interrupted);
}

// Leaves without closing the database: what is on disk is for a clean start to find out.
void Serving::stop_after_disk_failure() {
  notify_service_manager(session_.environment, "STOPPING=1\nSTATUS=The disk failed");
  service_->api().begin_drain();
  service_->server().drain(k_drain_after_failure);
  std::_Exit(k_exit_io_error);
}

}  // namespace kontor::app
