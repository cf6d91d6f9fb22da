// What a browser may be made to do here by pages of other sites: nothing, unless the setting
// cors_origins lists them; and then with a token of theirs, never with a cookie of the user's.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/credentials.h"
#include "base/result.h"
#include "http/message.h"

namespace kontor::api {

// "https://shop.example.com": lower case, without the port that the scheme has anyway. Empty for
// what is no such thing, "null" above all.
std::string normal_origin(std::string_view text);

// A request that changes something must come from our own pages or from no page at all. Browsers
// say so (Sec-Fetch-Site; older ones Origin or Referer, held against how this request reached us);
// what says nothing passes only without a session's cookie, which speaks for somebody. Calls with a
// token pass: no page can make a browser add one. Nor may what carries a cookie look like a form.
// Code::forbidden, kind cross_site; Code::unsupported.
Result<void> refuse_other_sites(const http::Request& request, const Credentials& credentials);

// The setting cors_origins. Immutable; any thread.
class CorsOrigins {
 public:
  explicit CorsOrigins(const std::vector<std::string>& origins);

  bool is_empty() const { return origins_.empty(); }
  // What an answer to this request carries so that the page may read it; the rest of its headers
  // stays as it is. Only for origins that are listed; `Vary: Origin` for all.
  std::vector<std::pair<std::string, std::string>> headers_for(const http::Request& request) const;
  // Is it the question that a browser asks before the real request (Fetch, "CORS-preflight")?
  static bool is_preflight(const http::Request& request);
  // What is to be added to the answer to it. `methods`: "GET, POST".
  static std::vector<std::pair<std::string, std::string>> preflight_headers(std::string methods);
  bool lists(std::string_view origin) const;

 private:
  std::vector<std::string> origins_;
};

}  // namespace kontor::api
