// What an import came to, for a person at a terminal.
#pragma once

#include <string>

#include "base/json.h"

namespace kontor::app {

// From the JSON of a report (crm/imports/import_report.h): all of it, or one line of counts.
std::string import_text(const Json& report);
std::string import_counts(const Json& report);

// From the JSON of an explanation (crm/imports/import_explain.h).
std::string explanation_text(const Json& explanation);

// From the JSON of an undo, and from that of a list of imports.
std::string undo_text(const Json& undone);
std::string import_list_text(const Json& list);

}  // namespace kontor::app
