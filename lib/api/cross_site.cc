#include "api/cross_site.h"

#include <algorithm>
#include <array>

#include "http/tokens.h"

namespace kontor::api {
namespace {

using Headers = std::vector<std::pair<std::string, std::string>>;

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

bool is_safe(std::string_view method) {
  return method == "GET" || method == "HEAD" || method == "OPTIONS";
}

std::string own_origin(const http::Request& request) {
  return normal_origin((request.secure ? "https://" : "http://") +
                       std::string(request.header("Host")));
}

Error other_site(std::string message) {
  return {.code = Code::forbidden, .message = std::move(message), .kind = "cross_site"};
}

// Fetch Metadata first: no page can forge it, and it does not depend on what a proxy tells us of
// the scheme.
Result<void> check_page(const http::Request& request, bool has_session) {
  const std::string_view relation = request.header("Sec-Fetch-Site");
  if (relation == "same-origin" || relation == "none") return {};
  if (!relation.empty()) return other_site("A page of another site may not ask for this.");
  std::string_view page = request.header("Origin");
  if (page.empty()) page = request.header("Referer");
  if (page.empty() && !has_session) return {};
  if (page.empty())
    return other_site(
        "Nothing says that one of our own pages asks for this: send the header Origin, or use an "
        "API token instead of the cookie.");
  if (normal_origin(page) == own_origin(request)) return {};
  return other_site("The header Origin (or Referer) names another site than this one.");
}

// What a page of any site can send without being asked about (Fetch, "CORS-safelisted").
Result<void> check_no_form(const http::Request& request) {
  constexpr std::array<std::string_view, 3> forms = {"application/x-www-form-urlencoded",
                                                     "multipart/form-data", "text/plain"};
  const std::string_view header = request.header("Content-Type");
  const std::string_view type = http::trim_blanks(header.substr(0, header.find(';')));
  const bool is_form = std::any_of(forms.begin(), forms.end(), [&](std::string_view form) {
    return http::equals_ignoring_case(type, form);
  });
  if (!is_form) return {};
  return Error{.code = Code::unsupported, .message = "Content-Type must not be that of a form."};
}

}  // namespace

std::string normal_origin(std::string_view text) {
  const std::size_t slashes = text.find("://");
  if (slashes == std::string_view::npos) return {};
  const std::string scheme = lower(text.substr(0, slashes));
  const std::string_view usual = scheme == "https" ? ":443" : scheme == "http" ? ":80" : "";
  if (usual.empty()) return {};
  std::string_view host = text.substr(slashes + 3);
  host = host.substr(0, host.find_first_of("/?#"));
  if (host.ends_with(usual)) host.remove_suffix(usual.size());
  if (host.empty() || host.find('@') != std::string_view::npos) return {};
  return scheme + "://" + lower(host);
}

Result<void> refuse_other_sites(const http::Request& request, const Credentials& credentials) {
  if (is_safe(request.method) || !credentials.bearer.empty()) return {};
  const bool has_session = !credentials.session.empty();
  TRY(check_page(request, has_session));
  if (!has_session) return {};
  return check_no_form(request);
}

CorsOrigins::CorsOrigins(const std::vector<std::string>& origins) {
  for (const std::string& origin : origins) origins_.push_back(normal_origin(origin));
}

bool CorsOrigins::lists(std::string_view origin) const {
  const std::string normal = normal_origin(origin);
  return !normal.empty() && std::find(origins_.begin(), origins_.end(), normal) != origins_.end();
}

Headers CorsOrigins::headers_for(const http::Request& request) const {
  if (is_empty()) return {};
  Headers headers = {{"Vary", "Origin"}};
  const std::string_view origin = request.header("Origin");
  if (!lists(origin)) return headers;
  headers.emplace_back("Access-Control-Allow-Origin", normal_origin(origin));
  headers.emplace_back("Access-Control-Expose-Headers",
                       "ETag, Idempotency-Replayed, Link, Location, RateLimit, RateLimit-Policy, "
                       "Retry-After, X-Request-Id");
  return headers;
}

bool CorsOrigins::is_preflight(const http::Request& request) {
  return request.method == "OPTIONS" && !request.header("Origin").empty() &&
         !request.header("Access-Control-Request-Method").empty();
}

Headers CorsOrigins::preflight_headers(std::string methods) {
  return {{"Access-Control-Allow-Methods", std::move(methods)},
          {"Access-Control-Allow-Headers",
           "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Last-Event-ID, "
           "X-Request-Id"},
          {"Access-Control-Max-Age", "600"}};
}

}  // namespace kontor::api
