// What a file is known by when it comes again.
#pragma once

#include "base/result.h"
#include "crm/imports/import_journal.h"
#include "crm/imports/importer.h"

namespace kontor::crm {

// The record of an import that has not begun: names, mode and digests. Reads the file(s) through
// and rewinds them. Code::io_error if one cannot be read or rewound.
Result<ImportRecord> describe_import(const model::Entity& entity, const ImportOptions& options);

}  // namespace kontor::crm
