// Refusals as RFC 9457 problem documents. One table says which status and title a failure has;
// handlers, the front and the pages under /docs/problems read it.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/error.h"
#include "http/message.h"

namespace kontor::api {

// A kind of problem as clients know it: `code` is stable, the texts are for people.
struct ProblemType {
  std::string_view code;
  int status;
  std::string_view title;
  std::string_view meaning;  // one or two sentences: why it happens and what to do
};

// Every kind, ordered by status. Valid for the life of the program.
std::span<const ProblemType> problem_types();
const ProblemType* find_problem(std::string_view code);  // nullptr: not in the table

int status_of(Code code);
// The stable code of an error: its own kind, or the name of its Code.
std::string_view code_of(const Error& error);

// The problem document of an error, as text.
std::string problem_json(const Error& error, std::string_view request_id);
http::Response problem(const Error& error, std::string_view request_id);

// The same for refusals that are no Error: by the HTTP front (bad framing, limits) and by routing.
// `code` need not be in the table.
http::Response refusal(int status, std::string_view code, std::string_view detail,
                       std::string_view request_id);

}  // namespace kontor::api
