// The fields of a request's body that is no record: taken by name and type, with everything that is
// wrong told at once.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/call.h"
#include "base/error.h"
#include "base/json.h"
#include "base/result.h"

namespace kontor::api {

// Ask for every field that there may be, then for verdict(). `null` counts as not given. Texts are
// at most `limits::account_text_bytes` long.
class BodyFields {
 public:
  explicit BodyFields(const Call& call);

  std::optional<std::string> text(std::string_view name);
  std::string required_text(std::string_view name);
  std::optional<bool> boolean(std::string_view name);
  std::optional<std::vector<std::string>> texts(std::string_view name);
  // As JSON text.
  std::optional<std::string> object(std::string_view name);

  void add_error(std::string_view name, std::string code, std::string detail);
  // Code::invalid with every field that is wrong, missing, or was never asked for.
  Result<void> verdict();

 private:
  const Json* find(std::string_view name);

  const Json& body_;
  std::vector<std::string_view> known_;
  std::vector<FieldError> errors_;
};

}  // namespace kontor::api
