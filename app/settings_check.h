// What a server refuses of settings although each of them is right by itself.
#pragma once

#include "base/config.h"
#include "base/result.h"

namespace kontor::app {

// Code::usage if only one of certificate and key is set, or if one of these files cannot be used,
// and as check_backup_sealing().
Result<void> check_settings(const Config& config);

}  // namespace kontor::app
