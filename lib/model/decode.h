// From what a client sends to values: types, bounds and choices, every error at once.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "base/result.h"
#include "model/record.h"

namespace kontor::model {

enum class Mode { create, patch };

// Applies a JSON object to `record`: in create mode on top of the fallbacks, in patch mode as an
// RFC 7396 merge patch (null clears, absent keeps, `lines` are replaced as a whole; a line that
// carries the id of an old line keeps that line's other values; `custom` is merged member by
// member). Server-owned fields are accepted only with the value they have already, so that a record
// that was read can be sent back; version, created_at, updated_at, created_by and deleted_at say
// nothing. `prefix` is the pointer of the object within the request. Required fields are checked
// last, so rules may still fill them: call check_required() when they have run.
void apply(const Entity& entity, const Json& input, Mode mode, Record& record,
           std::vector<FieldError>& errors, const std::string& prefix = "");

void check_required(const Entity& entity, const Record& record, std::vector<FieldError>& errors,
                    const std::string& prefix = "");

// One value from JSON. The error's pointer is empty: the caller knows where it stands.
struct Decoded {
  Value value;
  std::optional<FieldError> error{};
};
Decoded from_json(const Field& field, const Json& input);

// One value from text as it stands in a query string, a CSV cell or a `fallback`: decimals with a
// point, dates and instants as in JSON, booleans true/false/1/0/yes/no. Empty text is null.
Decoded from_text(const Field& field, std::string_view text);

}  // namespace kontor::model
