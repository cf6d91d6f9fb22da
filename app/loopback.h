// Until there are accounts, whoever reaches the port is trusted: only this machine may.
#pragma once

#include <span>
#include <string>

#include "base/result.h"

namespace kontor::app {

// Code::usage if an address ("ADDR:PORT", "unix:PATH") can be reached from other machines.
// Inherited sockets ("fd:3") are passed over: ask again with their real addresses.
Result<void> check_loopback(std::span<const std::string> addresses);

}  // namespace kontor::app
