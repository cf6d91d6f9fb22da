// The entity tag of a record is its version: "v7". Pages have one of their bytes
// (http/conditional.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kontor::api {

std::string version_tag(std::int64_t version);

// The tag of a reply that shows other records too: it changes with them, "v7-<hash of the body>",
// and still says the version, so that it can be sent as If-Match.
std::string version_tag(std::int64_t version, std::string_view body);

// If-Match: one strong tag of a version, or * (k_any_version). nullopt: anything else. A weak tag
// never matches by RFC 9110 13.1.1, so it is refused rather than answered with 412 for ever.
inline constexpr std::int64_t k_any_version = -1;
std::optional<std::int64_t> parse_if_match(std::string_view text);

}  // namespace kontor::api
