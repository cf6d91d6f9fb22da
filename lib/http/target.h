// The request target: path and query, percent-decoded exactly once and strictly.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "http/message.h"

namespace kontor::http {

// The path of a target ("/a/b%20c" → "/a/b c"). nullopt: it does not start with a slash, a percent
// sign without two hex digits, a control, a backslash, an encoded slash, a "." or ".." segment, or
// no valid UTF-8 afterwards. No later code may decode again.
std::optional<std::string> decode_path(std::string_view raw);

// "a=1&b=x+y" → {{"a","1"},{"b","x y"}}, in order; a name without "=" has an empty value.
// nullopt: a bad percent sequence, a control, or no valid UTF-8.
std::optional<Params> decode_query(std::string_view raw);

// Percent-decodes `raw`; nullopt as above. `plus_is_blank`: as in HTML forms.
std::optional<std::string> percent_decode(std::string_view raw, bool plus_is_blank);

}  // namespace kontor::http
