// The one table from failures to exit codes (docs/operations.md lists them for scripts).
#pragma once

#include <string_view>

#include "base/error.h"

namespace kontor::app {

inline constexpr int k_exit_ok = 0;
inline constexpr int k_exit_failed = 1;
inline constexpr int k_exit_usage = 2;
inline constexpr int k_exit_partly = 3;
inline constexpr int k_exit_not_initialised = 10;
inline constexpr int k_exit_locked = 11;
inline constexpr int k_exit_wrong_key = 12;
inline constexpr int k_exit_newer_schema = 13;
inline constexpr int k_exit_verification = 14;
inline constexpr int k_exit_io_error = 74;  // EX_IOERR of sysexits.h
inline constexpr int k_exit_interrupted = 130;

int exit_code(Code code);
// As the code says, but for kind `interrupted`.
int exit_code(const Error& error);

// snake_case, for errors as JSON.
std::string_view code_name(Code code);
// Code::internal for a name that is none.
Code code_of_name(std::string_view name);

}  // namespace kontor::app
