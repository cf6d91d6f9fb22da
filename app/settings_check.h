// What a server refuses of settings although each of them is right by itself.
#pragma once

#include <span>
#include <string>

#include "base/config.h"
#include "base/result.h"

namespace kontor::app {

// `listen`: where the server would listen. Code::usage if other machines could reach it, if only
// one of certificate and key is set, or if one of these files cannot be used.
Result<void> check_settings(const Config& config, std::span<const std::string> listen);

}  // namespace kontor::app
