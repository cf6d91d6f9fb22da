// The unit files that run Kontor under systemd.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace kontor::app {

struct ServicePlan {
  std::string program = "/usr/bin/kontor";
  std::string data = "/var/lib/kontor";
  std::string user = "kontor";
  std::string config = {};  // a settings file of its own; empty: the one in the data directory
  std::vector<std::string> listen = {"127.0.0.1:8080"};
  // Settings that come from files that only root reads: name and file.
  std::vector<std::pair<std::string, std::string>> credentials = {};
};

struct UnitFile {
  std::string name;  // what `service print` calls it
  std::string path;  // where it belongs
  std::string text;
};

// Code::usage for what cannot stand in a unit file, or would not work there.
Result<void> check_plan(const ServicePlan& plan);

// The service, its socket, and the user, for Debian 12 (systemd 252) and later. The plan is
// checked.
std::vector<UnitFile> unit_files(const ServicePlan& plan);

}  // namespace kontor::app
