// A server from its start to its end: ready message, signals, draining, a disk that fails.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "audit_beacon.h"
#include "backup/courier.h"
#include "backup/schedule.h"
#include "base/config.h"
#include "base/log.h"
#include "composition.h"
#include "control/control_server.h"
#include "log_file.h"
#include "operations/operation.h"
#include "session.h"
#include "signal_watch.h"
#include "standby/follower.h"
#include "watchdog.h"

namespace kontor::app {

class Serving final : public RunningServer {
 public:
  struct Plan {
    Config config;
    std::function<Result<Config>()> reload;  // the settings as they are now, for SIGHUP
    std::vector<std::string> listen;
    std::string last_line = "Ctrl-C to stop";
    std::string log_in = {};                  // of a demo: who may sign in, and how
    std::function<void()> before_abort = {};  // when a second signal ends the process at once
    TroubleChoices choices = {};
    Follower* standby = nullptr;  // serves what this one brings in, and takes no writes
  };

  // `signals` must have been made before any thread of the process.
  Serving(const Session& session, Plan plan, SignalWatch& signals);

  // Serves until a signal ends it. The exit code; errors are of the start.
  Result<int> run();

  std::string status() const override;
  Result<void> reload() override;
  void set_log_level(LogLevel level) override;
  Result<std::string> promote(bool unproven, const std::function<bool()>& is_cancelled) override;

  // run() ended because the standby is to be the server.
  bool is_promoted() const { return promoted_; }

 private:
  Result<void> open_service();
  Result<void> start_backups(const Service::Parts& parts);
  void add_standby(Service::Parts& parts) const;
  void follow();
  void look_now();  // at the target
  std::string standby_json() const;
  std::string standby_line() const;
  Result<void> open_control();
  void announce() const;
  void announce_trouble() const;
  void make_setup_link();
  std::string backups_line() const;
  std::string archive_words() const;  // behind those on backups
  std::string set_up_line() const;
  void start_watchdog();
  std::string ready_text() const;
  std::string ready_json() const;
  Result<void> reload_parts();
  int watch();
  int drain();
  void stop_after_disk_failure();
  void abort_now() const;

  const Session& session_;
  Plan plan_;
  SignalWatch& signals_;
  FdLogSink stderr_;
  LogFile log_file_;
  Logger log_;
  std::atomic<bool> disk_failed_ = false;
  std::atomic<bool> promoted_ = false;
  std::mutex reloading_;
  const std::int64_t started_ms_;
  std::string setup_url_;             // empty: there are users
  std::unique_ptr<Service> service_;  // near the end: its threads use what stands above
  std::unique_ptr<ControlServer> control_;
  std::unique_ptr<backup::Schedule> nightly_;               // empty: no backup at night
  std::vector<std::unique_ptr<backup::Courier>> couriers_;  // two for each target of backups
  std::mutex promoting_;
  std::unique_ptr<backup::Courier> following_;  // of a standby
  std::optional<AuditBeacon> beacon_;
  std::optional<Watchdog> watchdog_;  // last: it looks at all that stands above
};

// The addresses to listen on: those of the settings, and sockets that the service manager passed,
// which replace the built-in address.
std::vector<std::string> listen_addresses(const Config& config, const Environment& environment);

}  // namespace kontor::app
