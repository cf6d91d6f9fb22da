// Bytes that never change while the program runs, such as the web UI, compressed beforehand.
#pragma once

#include <string_view>

#include "http/message.h"

namespace kontor::http {

// All views must live as long as the process (embedded data).
struct StaticAsset {
  std::string_view content_type;
  std::string_view identity;
  std::string_view gzip = {};  // empty: not kept in this form
  std::string_view brotli = {};
  std::string_view etag = {};  // of the identity form, quotes included; empty: none
  std::string_view cache_control = "no-cache";
};

// The form that the client prefers of those that exist. 304 follows by itself (conditional.h).
Response serve_asset(const StaticAsset& asset, std::string_view accept_encoding);

}  // namespace kontor::http
