// Fields that are kept from a caller: what she is told when she names one, and the check of what
// she writes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "base/result.h"
#include "crm/access/rights.h"
#include "model/record.h"

namespace kontor::crm {

// Wherever a caller names a field that is hidden from her (a filter, an order, `fields`, a body)
// the answer is Code::forbidden with these. That the field exists is no secret: the reference says
// so.
FieldError hidden_field(std::string_view pointer, std::string_view name);
Error fields_forbidden(std::vector<FieldError> fields);

// Whether a caller may make `after` of `before` (null: a new record), field by field. A field that
// she may only read must keep its value; one that is hidden must not even be named in `body` (null:
// there is none), or she could try values until one is taken for unchanged. The same for the lines.
// Code::forbidden with the pointer of every such field.
Result<void> check_fields(const Rights& rights, const model::Entity& entity,
                          const model::Record* before, const model::Record& after,
                          const Json* body);

}  // namespace kontor::crm
