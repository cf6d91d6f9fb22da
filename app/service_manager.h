// What systemd hands to a service and wants to hear from it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/config.h"

namespace kontor::app {

// Listening sockets that were passed to this process (LISTEN_FDS), as "fd:3", "fd:4", …
std::vector<std::string> inherited_sockets(const Environment& environment);

// Sends "READY=1" and the like to NOTIFY_SOCKET; does nothing without one.
void notify_service_manager(const Environment& environment, std::string_view state);

}  // namespace kontor::app
