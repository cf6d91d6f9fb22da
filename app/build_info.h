// What this program was built from.
#pragma once

#include <string_view>
#include <utility>
#include <vector>

namespace kontor::app {

struct BuildInfo {
  std::string_view version;     // "0.1.0"
  std::string_view revision;    // of the sources; "unknown" outside of git
  std::string_view build_type;  // "Release"
  std::string_view compiler;
  std::string_view sanitizers;  // empty: none
  bool is_static = false;
};

const BuildInfo& build_info();

// Name and version of the libraries inside the program, but for SQLite, which is asked itself.
std::vector<std::pair<std::string_view, std::string_view>> library_versions();

}  // namespace kontor::app
