// The id that ties an answer to its log lines.
#pragma once

#include <string>
#include <string_view>

#include "base/random.h"

namespace kontor::http {

// 8 to 64 letters, digits, "_" and "-": what may be taken over from a client or a proxy.
bool is_request_id(std::string_view text);

// `proposed` if it is well-formed, else 24 random hex digits.
std::string request_id_from(std::string_view proposed, Random& random);

}  // namespace kontor::http
