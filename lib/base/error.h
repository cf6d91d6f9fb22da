// The one error type of Kontor. Every failure that a caller may meet travels as a value of it.
#pragma once

#include <string>
#include <vector>

namespace kontor {

// What went wrong, independent of HTTP and of the command line. lib/api maps it to a status,
// app maps it to an exit code; each in one table.
enum class Code {
  malformed,              // cannot be parsed at all (400)
  invalid,                // parsed, but a field breaks a rule (422)
  unauthenticated,        // 401
  forbidden,              // 403
  not_found,              // 404
  conflict,               // breaks a uniqueness or state rule (409)
  stale,                  // If-Match does not hold (412)
  precondition_required,  // If-Match is missing where the setting asks for it (428)
  too_large,              // 413
  unsupported,            // media type or encoding (415)
  limited,                // rate limit (429)
  busy,                   // queue full; try again (503)
  unavailable,            // draining, or stopped after an I/O error (503)
  commit_unknown,         // COMMIT failed; outcome not known (503)
  disk_full,              // 507
  internal,               // a bug or a broken machine (500)
  usage,                  // command line: wrong flag or value (exit 2)
  not_initialised,        // data directory was never set up (exit 10)
  locked,                 // another process holds the data directory (exit 11)
  wrong_key,              // exit 12
  newer_schema,           // database is newer than the program (exit 13)
  verification_failed,    // exit 14
  io_error,               // the disk failed (exit 74)
};

struct FieldError {
  std::string pointer;  // RFC 6901 JSON pointer into the request, e.g. "/lines/2/quantity"
  std::string code;     // stable, snake_case: required, unknown_field, wrong_type, too_long, …
  std::string detail;   // one sentence for a person
};

struct Error {
  Code code = Code::internal;
  std::string message;    // one sentence for a person; never a secret, never a stack
  std::string kind = {};  // stable snake_case code of the problem; empty: the Code's own
  std::vector<FieldError> fields = {};
  std::vector<std::string> allowed = {};  // for a refused state change: the moves that are allowed
  std::string current = {};               // for `stale`: the current record, as JSON text
  std::string hint = {};                  // what to do next; shown as `try:` on the command line
};

}  // namespace kontor
