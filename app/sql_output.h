// The rows of a statement as a table for people, as CSV or as JSON.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/free_sql.h"

namespace kontor::app {

enum class SqlFormat { table, csv, json };

// Renders statement after statement. Blobs are shown as hexadecimal digits.
class SqlOutput {
 public:
  // Takes what is rendered, line feeds included; false: nobody reads on.
  using Print = std::function<bool(std::string_view)>;

  static std::unique_ptr<SqlOutput> make(SqlFormat format, Print print);
  virtual ~SqlOutput() = default;

  virtual void columns(const std::vector<std::string>& names) = 0;
  // False: nobody reads on.
  virtual bool row(std::span<const store::FreeValue> values) = 0;
  virtual void end(std::int64_t changes) = 0;
};

// Bytes as hexadecimal digits.
std::string hex_text(std::string_view bytes);

}  // namespace kontor::app
