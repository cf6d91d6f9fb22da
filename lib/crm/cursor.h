// The opaque token of a page: the sort it belongs to and the sort values of the last row shown.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/record.h"

namespace kontor::crm {

// base64url of a JSON array: [order, value…]. Not secret and not signed: it can only say where to
// go on, within what its owner may see anyway.
std::string encode_cursor(std::string_view order, const std::vector<model::Value>& values);

// nullopt: not a cursor, or one of another order.
std::optional<std::vector<model::Value>> decode_cursor(std::string_view order,
                                                       std::string_view cursor);

}  // namespace kontor::crm
