// Where the server of a data directory takes operations: kontor.sock in that directory.
#pragma once

#include <filesystem>

#include "base/result.h"
#include "base/unique_fd.h"

namespace kontor::app {

inline constexpr const char* k_control_socket = "kontor.sock";

// A listening socket (0600), in the place of one that a dead server left. The lock of the
// directory must be held. Works for paths of any length.
Result<UniqueFd> listen_for_control(const std::filesystem::path& data_dir);

// An empty descriptor if no server answers there, or this user may not ask it.
UniqueFd connect_to_control(const std::filesystem::path& data_dir);

}  // namespace kontor::app
