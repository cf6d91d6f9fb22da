// Addresses within our own API: the paths of a batch, the links of a page.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "http/message.h"

namespace kontor::api {

// "/api/v1/customers?limit=5" → the path and its decoded parameters. nullopt: bad percent-encoding.
struct Target {
  std::string path;
  http::Params query;
};
std::optional<Target> split_target(std::string_view target);

// Text for a query: everything but letters, digits and "-._~" percent-encoded.
std::string encode_parameter(std::string_view text);

}  // namespace kontor::api
