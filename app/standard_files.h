// Descriptors 0, 1 and 2.
#pragma once

namespace kontor::app {

// Opens those that the caller closed on /dev/null. Otherwise the database would be opened as one of
// them, and a message to "stderr" would be written into it. Call it before anything else is opened.
void open_missing_standard_files();

}  // namespace kontor::app
