// One GET to a server on this machine.
#pragma once

#include <string>

#include "base/config.h"
#include "base/result.h"

namespace kontor::app {

struct LocalReply {
  int status = 0;
  std::string body;
};

// A name that the server at `url` answers to.
std::string host_for(const Config& config, const std::string& url);

// `url`: "http://127.0.0.1:8080", "https://[::1]:8443" or "unix:/run/kontor.sock". The certificate
// is not looked at: it is made for another name. Code::unavailable if nobody answers within
// `limit_ms`.
Result<LocalReply> get_local(const std::string& url, const std::string& host,
                             const std::string& path, int limit_ms);

}  // namespace kontor::app
