// The little HTML that the server writes itself.
#pragma once

#include <string>
#include <string_view>

namespace kontor::api {

// Text, safe between tags and in quoted attributes.
std::string escape(std::string_view text);
// The same, with `words` in backquotes as code.
std::string marked(std::string_view text);
// A whole page around `body`, which is HTML already. No inline script or style: the policy of the
// front forbids both.
std::string document(std::string_view title, std::string_view style_path, std::string_view body);

}  // namespace kontor::api
