#include "service_units.h"

#include <algorithm>
#include <span>

#include "base/setting.h"
#include "loopback.h"

namespace kontor::app {
namespace {

constexpr std::string_view k_key_credential = "master_key";  // base/master_key.h
constexpr std::string_view k_state_root = "/var/lib/";

constexpr std::string_view k_run =
    // notify: started means that it answers. The first start of a release may change the schema of
    // a large database, and a stop answers what was accepted (20 s) and closes the database.
    "Type=notify\nNotifyAccess=main\nTimeoutStartSec=10min\nTimeoutStopSec=45s\n"
    "WatchdogSec=30s\n"
    "ExecReload=/bin/kill -HUP $MAINPID\n"
    // Wrong settings, no data directory, wrong key, newer database: a restart mends none of them.
    "Restart=on-failure\nRestartSec=2s\nRestartPreventExitStatus=2 10 12 13\n";

constexpr std::string_view k_resources =
    "UMask=0077\nLimitNOFILE=65536\nLimitCORE=0\nTasksMax=512\n"
    "MemoryHigh=512M\nMemoryMax=1G\nOOMPolicy=stop\n";

constexpr std::string_view k_sandbox =
    "CapabilityBoundingSet=\nAmbientCapabilities=\nNoNewPrivileges=yes\nLockPersonality=yes\n"
    "MemoryDenyWriteExecute=yes\nPrivateDevices=yes\nDevicePolicy=closed\nPrivateTmp=yes\n"
    "PrivateUsers=yes\nPrivateMounts=yes\nPrivateIPC=yes\nProtectClock=yes\n"
    "ProtectControlGroups=yes\nProtectHome=yes\nProtectHostname=yes\nProtectKernelLogs=yes\n"
    "ProtectKernelModules=yes\nProtectKernelTunables=yes\nProtectProc=invisible\n"
    "ProcSubset=pid\nProtectSystem=strict\nRemoveIPC=yes\n"
    "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6\nRestrictNamespaces=yes\n"
    "RestrictRealtime=yes\nRestrictSUIDSGID=yes\nKeyringMode=private\n"
    "SystemCallArchitectures=native\nSystemCallFilter=@system-service\n"
    "SystemCallFilter=~@privileged @resources @obsolete\nSystemCallErrorNumber=EPERM\n";

// For a server behind a proxy on this machine; it calls nobody itself.
constexpr std::string_view k_this_machine = "IPAddressDeny=any\nIPAddressAllow=localhost\n";

bool is_plain(std::string_view text, std::string_view marks) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    const bool is_word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return is_word || marks.find(c) != std::string_view::npos;
  });
}

Result<void> check_path(std::string_view what, std::string_view path) {
  if (path.starts_with('/') && is_plain(path, "/._-+@")) return {};
  return Error{.code = Code::usage,
               .message = "The " + std::string(what) + " \"" + std::string(path) +
                          "\" cannot stand in a unit file: it must be absolute, of letters, digits "
                          "and / . _ - + @.",
               .hint = "kontor service print --help"};
}

bool is_below(std::string_view path, std::string_view folder) {
  return path == folder || path.starts_with(std::string(folder) + "/");
}

Result<void> check_data(std::string_view data) {
  TRY(check_path("data directory", data));
  for (const std::string_view hidden : {"/home", "/root", "/run", "/tmp", "/proc", "/dev"}) {
    if (!is_below(data, hidden)) continue;
    return Error{.code = Code::usage,
                 .message = "The service does not see " + std::string(hidden) + ", where " +
                            std::string(data) + " is.",
                 .hint = "--data /var/lib/kontor or --data /srv/kontor"};
  }
  return {};
}

Result<void> check_credential(const std::string& name, const std::string& file) {
  if (name == k_key_credential || find_setting(name) != nullptr)
    return check_path("credential", file);
  return Error{.code = Code::usage,
               .message = "There is no setting " + name + " that a credential could hold.",
               .hint = "kontor config docs"};
}

// "unix:/run/kontor.sock" and "127.0.0.1:8080" as systemd writes them.
std::string listen_stream(std::string_view address) {
  constexpr std::string_view unix_prefix = "unix:";
  if (address.starts_with(unix_prefix)) address.remove_prefix(unix_prefix.size());
  return "ListenStream=" + std::string(address) + "\n";
}

std::string directories(const std::string& data) {
  const std::string below = data.starts_with(k_state_root) ? data.substr(k_state_root.size()) : "";
  const std::string state = below.empty()
                                ? "ReadWritePaths=" + data + "\n"
                                : "StateDirectory=" + below + "\nStateDirectoryMode=0700\n";
  return state +
         "RuntimeDirectory=kontor\nRuntimeDirectoryMode=0750\nRuntimeDirectoryPreserve=yes\n"
         "LogsDirectory=kontor\nLogsDirectoryMode=0750\n";
}

std::string service_text(const ServicePlan& plan) {
  const std::string command = plan.program + " --data " + plan.data;
  std::string text =
      "[Unit]\nDescription=Kontor, customers and orders\n"
      "After=network.target kontor.socket\nRequires=kontor.socket\n"
      "StartLimitIntervalSec=60\nStartLimitBurst=5\n\n[Service]\n";
  if (!plan.config.empty()) text += "Environment=KONTOR_CONFIG=" + plan.config + "\n";
  text += "ExecStartPre=" + command + " --quiet init --if-missing\n";
  text += "ExecStart=" + command + " serve\n";
  text.append(k_run);
  text += "User=" + plan.user + "\nGroup=" + plan.user + "\n" + directories(plan.data);
  text += "# A setting from a file that only root reads: LoadCredential=kontor_SETTING:FILE\n";
  for (const auto& [name, file] : plan.credentials)
    text.append("LoadCredential=kontor_").append(name).append(":").append(file).append("\n");
  text.append(k_resources).append(k_sandbox);
  if (check_loopback(plan.listen).ok()) text.append(k_this_machine);
  return text + "\n[Install]\nWantedBy=multi-user.target\nAlso=kontor.socket\n";
}

std::string socket_text(const ServicePlan& plan) {
  std::string text =
      "# systemd keeps these sockets while the service restarts, so that no connection is "
      "refused.\n"
      "[Unit]\nDescription=Kontor's sockets\n\n[Socket]\n";
  for (const std::string& address : plan.listen) text += listen_stream(address);
  return text + "SocketMode=0660\nSocketUser=" + plan.user + "\nSocketGroup=" + plan.user +
         "\nBacklog=512\nNoDelay=yes\n\n[Install]\nWantedBy=sockets.target\n";
}

}  // namespace

Result<void> check_plan(const ServicePlan& plan) {
  TRY(check_path("program", plan.program));
  TRY(check_data(plan.data));
  if (!plan.config.empty()) TRY(check_path("settings file", plan.config));
  if (!is_plain(plan.user, "_-") || plan.user == "root")
    return Error{.code = Code::usage,
                 .message = "\"" + plan.user + "\" is no user that the service could run as.",
                 .hint = "--user kontor"};
  for (const std::string& address : plan.listen) {
    if (address.starts_with("unix:")) TRY(check_path("socket", address.substr(5)));
  }
  for (const auto& [name, file] : plan.credentials) TRY(check_credential(name, file));
  return {};
}

std::vector<UnitFile> unit_files(const ServicePlan& plan) {
  return {{"service", "/etc/systemd/system/kontor.service", service_text(plan)},
          {"socket", "/etc/systemd/system/kontor.socket", socket_text(plan)},
          {"sysusers", "/etc/sysusers.d/kontor.conf",
           "u " + plan.user + " - \"Kontor\" " + plan.data + "\n"}};
}

}  // namespace kontor::app
