// The rows of a file with its numbers and dates in one form.
#pragma once

#include <istream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "crm/imports/formats/reading.h"
#include "crm/imports/mapping.h"
#include "crm/imports/values/column_survey.h"

namespace kontor::crm {

// Numbers get a decimal point and no marks between thousands, dates are ISO 8601; what cannot be
// read so stays as it is and is refused later by name. Rows that differ from the file have its
// cells in `written`.
// header() has been called. Reads the file twice if a column's form has to be found out.
Result<std::unique_ptr<RowSource>> open_prepared(std::istream& file, std::string_view file_name,
                                                 const Reading& reading,
                                                 const model::Entity& entity,
                                                 const Mapping& mapping, std::string_view currency);

}  // namespace kontor::crm
