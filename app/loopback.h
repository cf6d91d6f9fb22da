// Until there is a user, whoever reaches the port is trusted: only this machine may.
#pragma once

#include <span>
#include <string>

#include "base/result.h"
#include "store/store.h"

namespace kontor::app {

// Code::usage if an address ("ADDR:PORT", "unix:PATH") can be reached from other machines.
// Inherited sockets ("fd:3") are passed over: ask again with their real addresses.
Result<void> check_loopback(std::span<const std::string> addresses);

// The same while the database has no user; with one every address is fine.
Result<void> check_reach(store::Store& store, std::span<const std::string> addresses);

}  // namespace kontor::app
