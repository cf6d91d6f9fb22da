// Entity tags and If-None-Match (RFC 9110 8.8.3 and 13.1.2).
#pragma once

#include <string>
#include <string_view>

#include "http/message.h"

namespace kontor::http {

// A strong tag from the bytes themselves, quotes included.
std::string etag_of(std::string_view bytes);

// Does `if_none_match` (a list of tags, or "*") name `etag`? Weak comparison.
bool names_etag(std::string_view if_none_match, std::string_view etag);

// Turns a 200 whose ETag the client has already into a 304 without body; GET and HEAD only.
// Every response passes here, so a handler has only to set ETag.
void apply_conditions(std::string_view method, std::string_view if_none_match, Response& response);

}  // namespace kontor::http
