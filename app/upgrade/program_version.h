// What a program says of itself, and which of two versions is the newer one.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace kontor::app {

struct ProgramVersion {
  std::string version;         // "1.4.0" or "1.4.0-rc1"
  std::int64_t schema_to = 0;  // the newest schema that it knows
};

// Out of the JSON of `version --json`. Code::malformed if it is not Kontor's.
Result<ProgramVersion> parse_program_version(std::string_view json);

// Below 0, 0 or above 0 as `left` is older than, the same as or newer than `right`: by the numbers
// between the points; then what has an ending such as -rc1 is older than what has none.
int compare_versions(std::string_view left, std::string_view right);

// The service unit in the text of /proc/<pid>/cgroup; empty if the process is in none of the
// system's: in a session, in a container, or in a unit of a user's own manager.
std::string unit_of_cgroup(std::string_view text);

// Letters, digits and : _ . @ - \ and no minus at its beginning, so that it is no option.
bool is_unit_name(std::string_view name);

}  // namespace kontor::app
