// The migrations of schema/, as the build put them into the program.
#pragma once

#include <span>
#include <string_view>

namespace kontor::store {

struct EmbeddedMigration {
  int version = 0;        // 1, 2, 3 … without a gap
  std::string_view name;  // "core" for schema/0001_core.up.sql
  std::string_view up;    // the SQL text of the step
  std::string_view down;  // the SQL text that takes it back
};

// All migrations, ascending by version. Valid for the life of the program; thread-safe.
std::span<const EmbeddedMigration> embedded_schema();

}  // namespace kontor::store
