// Reads files that are meant to be small: settings, credentials, keys.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "base/result.h"

namespace kontor {

// The whole file. Code::not_found if there is none, Code::io_error if it cannot be read (the
// message names the path and the system's reason), Code::too_large beyond `max_bytes`.
Result<std::string> read_small_file(const std::string& path, std::size_t max_bytes);

}  // namespace kontor
