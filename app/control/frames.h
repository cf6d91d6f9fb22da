// What goes over the control socket: one JSON object a line. A request, then any number of
// progress frames, then a result or an error.
#pragma once

#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"

namespace kontor::app {

struct ControlRequest {
  std::string operation;
  Json arguments;
  std::size_t files = 0;  // descriptors that come with its first byte
};

std::string request_frame(std::string_view operation, const Json& arguments, std::size_t files);
// Code::malformed for what is no request, Code::unsupported for one of another protocol.
Result<ControlRequest> parse_request(std::string_view frame);

std::string progress_frame(std::string_view json);
std::string result_frame(std::string_view json);
std::string error_frame(const Error& error);

struct ControlAnswer {
  bool is_progress = false;
  std::string json;  // of the progress or of the result
};

// The error that the server sent is returned as the error.
Result<ControlAnswer> parse_answer(std::string_view frame);

}  // namespace kontor::app
