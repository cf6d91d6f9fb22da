// JSON schemas of replies that belong to no collection.
#pragma once

#include <span>
#include <string_view>

namespace kontor::api {

struct FixedSchema {
  std::string_view name;
  std::string_view json;
};

std::span<const FixedSchema> fixed_schemas();
std::span<const FixedSchema> import_schemas();
std::span<const FixedSchema> access_schemas();
std::span<const FixedSchema> account_schemas();
std::span<const FixedSchema> system_schemas();
std::span<const FixedSchema> token_schemas();

}  // namespace kontor::api
