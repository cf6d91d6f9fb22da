#include "upgrade/server_control.h"

#include <poll.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <csignal>
#include <sstream>

#include "base/small_file.h"
#include "base/unique_fd.h"
#include "local_request.h"
#include "store/data_dir.h"
#include "upgrade/child_program.h"
#include "upgrade/program_version.h"

namespace kontor::app {
namespace {

constexpr int k_question_ms = 5'000;
constexpr int k_between_ms = 50;  // questions while waiting
// A server drains for 20 s; systemd gives a unit 90 s to stop and as many to start.
constexpr std::int64_t k_stop_ms = 30'000, k_kill_ms = 5'000, k_restart_ms = 200'000;
constexpr std::size_t k_cgroup_bytes = 64 * 1024;

std::vector<std::string> words_of(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

// The number in the lock's file is what the data's owner wrote there: only a process of hers is
// ended on its word.
bool belongs_to_owner(std::int64_t pid, const std::filesystem::path& data) {
  struct stat process {
  }, folder{};
  return ::stat(("/proc/" + std::to_string(pid)).c_str(), &process) == 0 &&
         ::stat(data.c_str(), &folder) == 0 && process.st_uid == folder.st_uid;
}

}  // namespace

bool ServerControl::is_running() const {
  const auto holder = store::read_holder(data_);
  const auto held = store::is_held(data_);
  if (held) return *held;
  return holder && holder->pid > 0 && ::kill(static_cast<pid_t>(holder->pid), 0) == 0;
}

Result<std::int64_t> ServerControl::pid() const {
  if (!is_running()) return std::int64_t{0};
  const auto holder = store::read_holder(data_);
  if (holder && holder->pid > 0 && !holder->addresses.empty()) return holder->pid;
  return Error{.code = Code::locked,
               .message = "Another command works in " + data_.string() + ".",
               .hint = "wait until it has finished"};
}

std::string ServerControl::unit_of(std::int64_t pid) const {
  const auto text = read_small_file("/proc/" + std::to_string(pid) + "/cgroup", k_cgroup_bytes);
  if (!text.ok()) return {};
  const std::string unit = unit_of_cgroup(*text);
  if (unit.empty()) return {};
  // A server that somebody started by hand inside of another service is none of systemd's.
  const auto main_pid = systemctl({"show", "--property=MainPID", "--value", "--", unit});
  return main_pid.ok() && words_of(*main_pid) == std::vector{std::to_string(pid)} ? unit : "";
}

Result<std::string> ServerControl::systemctl(std::vector<std::string> arguments) const {
  std::string shown = "systemctl";
  for (const std::string& word : arguments) shown += " " + word;
  arguments.insert(arguments.begin(), "systemctl");
  ChildEnd end = TRY(run_child({.arguments = std::move(arguments),
                                .environment = &session_.environment,
                                .timeout_ms = k_restart_ms}));
  if (end.exit == 0) return std::move(end.out);
  return Error{.code = Code::unavailable,
               .message = shown + " failed: " + end.complaint() + ".",
               .kind = "restart_failed"};
}

Result<std::vector<std::string>> ServerControl::with_sockets(const std::string& unit) const {
  auto units = words_of(TRY(systemctl({"show", "--property=TriggeredBy", "--value", "--", unit})));
  units.push_back(unit);
  return units;
}

Result<void> ServerControl::restart(const UpgradeRecord& record, const std::filesystem::path& log,
                                    bool sockets) const {
  if (!record.unit.empty()) {
    std::vector<std::string> units = {record.unit};
    if (sockets) units = TRY(with_sockets(record.unit));
    units.insert(units.begin(), {"restart", "--"});
    TRY(systemctl(std::move(units)));
    return {};
  }
  if (record.restart.empty()) return {};
  const ChildEnd end = TRY(run_child({.arguments = {"/bin/sh", "-c", record.restart},
                                      .environment = &session_.environment,

                                      .timeout_ms = k_restart_ms,
                                      .log = log}));
  if (end.exit == 0) return {};
  return Error{.code = Code::unavailable,
               .message = "The command that restarts ended with " + std::to_string(end.exit) + ".",
               .kind = "restart_failed"};
}

Result<void> ServerControl::stop(const UpgradeRecord& record) const {
  if (!record.unit.empty()) {
    auto units = TRY(with_sockets(record.unit));
    units.insert(units.begin(), {"stop", "--"});
    TRY(systemctl(std::move(units)));
  }
  const auto holder = store::read_holder(data_);
  if (!is_running() || !holder) return {};
  return end_process(holder->pid);
}

Result<void> ServerControl::end_process(std::int64_t pid) const {
  const UniqueFd process(static_cast<int>(::syscall(SYS_pidfd_open, static_cast<pid_t>(pid), 0)));
  if (process && belongs_to_owner(pid, data_)) {
    ::syscall(SYS_pidfd_send_signal, process.get(), SIGTERM, nullptr, 0);
    if (ends_within(k_stop_ms)) return {};
    ::syscall(SYS_pidfd_send_signal, process.get(), SIGKILL, nullptr, 0);
  }
  if (ends_within(k_kill_ms)) return {};
  return Error{
      .code = Code::locked,
      .message = "Process " + std::to_string(pid) + " does not leave " + data_.string() + ".",
      .hint = "stop it, then run kontor upgrade again"};
}

bool ServerControl::ends_within(std::int64_t limit_ms) const {
  const std::int64_t end_ms = session_.clock.monotonic_ms() + limit_ms;
  while (is_running()) {
    if (session_.clock.monotonic_ms() >= end_ms) return false;
    ::poll(nullptr, 0, k_between_ms);
  }
  return true;
}

bool ServerControl::wait_until_ready(std::int64_t wait_s, std::int64_t old_pid) const {
  const std::int64_t end_ms = session_.clock.monotonic_ms() + wait_s * 1000;
  while (true) {
    const auto holder = store::read_holder(data_);
    if (holder && holder->pid != old_pid && !holder->addresses.empty() && is_running()) {
      const std::string& url = holder->addresses.front();
      const auto reply = get_local(url, host_for(config_, url), "/readyz", k_question_ms);
      if (reply.ok() && reply->status == 200) return true;
    }
    if (session_.clock.monotonic_ms() >= end_ms) return false;
    ::poll(nullptr, 0, k_between_ms);
  }
}

std::string ServerControl::log_place(const UpgradeRecord& record,
                                     const std::filesystem::path& log) const {
  std::string place = record.unit.empty() ? log.string() : "journalctl -u " + record.unit;
  const std::string& own = config_.text("log_file");
  return own.empty() ? place : place + " and " + own;
}

}  // namespace kontor::app
