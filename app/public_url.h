// Where a browser finds the server: for links that a person opens.
#pragma once

#include <span>
#include <string>

#include "base/config.h"
#include "store/data_dir.h"

namespace kontor::app {

// "https://crm.example.com" if allowed_hosts names one, else the first of `urls` that a browser can
// open; empty if there is none (a Unix socket behind a proxy). Without a slash at its end.
std::string public_url(const Config& config, std::span<const std::string> urls);

// The same for the server that works in the data directory, or would with these settings.
std::string public_url(const Config& config, const store::DataDir& data_dir);

}  // namespace kontor::app
