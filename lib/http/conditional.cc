#include "http/conditional.h"

#include "base/sha256.h"
#include "http/response_writer.h"
#include "http/tokens.h"

namespace kontor::http {
namespace {

// 96 bits: no two bodies of one URL will ever share a tag by accident.
constexpr std::size_t k_tag_digits = 24;

std::string_view without_weakness(std::string_view etag) {
  return etag.starts_with("W/") ? etag.substr(2) : etag;
}

}  // namespace

std::string etag_of(std::string_view bytes) {
  return '"' + sha256_hex(bytes).substr(0, k_tag_digits) + '"';
}

bool names_etag(std::string_view if_none_match, std::string_view etag) {
  if (etag.empty()) return false;
  if (trim_blanks(if_none_match) == "*") return true;
  while (!if_none_match.empty()) {
    if (without_weakness(next_in_list(if_none_match)) == without_weakness(etag)) return true;
  }
  return false;
}

void apply_conditions(std::string_view method, std::string_view if_none_match, Response& response) {
  if (if_none_match.empty() || response.status != 200 || (method != "GET" && method != "HEAD")) {
    return;
  }
  if (!names_etag(if_none_match, header_of(response, "ETag"))) return;
  response.status = 304;
  response.body.clear();
  response.static_body = {};
}

}  // namespace kontor::http
