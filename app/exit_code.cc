#include "exit_code.h"

#include <array>

namespace kontor::app {
namespace {

struct Row {
  Code code;
  int exit;
  std::string_view name;
};

constexpr auto k_rows = std::to_array<Row>({
    {Code::malformed, k_exit_failed, "malformed"},
    {Code::invalid, k_exit_failed, "invalid"},
    {Code::unauthenticated, k_exit_failed, "unauthenticated"},
    {Code::forbidden, k_exit_failed, "forbidden"},
    {Code::not_found, k_exit_failed, "not_found"},
    {Code::conflict, k_exit_failed, "conflict"},
    {Code::stale, k_exit_failed, "stale"},
    {Code::precondition_required, k_exit_failed, "precondition_required"},
    {Code::too_large, k_exit_failed, "too_large"},
    {Code::unsupported, k_exit_failed, "unsupported"},
    {Code::limited, k_exit_failed, "limited"},
    {Code::busy, k_exit_locked, "busy"},
    {Code::unavailable, k_exit_failed, "unavailable"},
    {Code::commit_unknown, k_exit_io_error, "commit_unknown"},
    {Code::disk_full, k_exit_io_error, "disk_full"},
    {Code::internal, k_exit_failed, "internal"},
    {Code::usage, k_exit_usage, "usage"},
    {Code::not_initialised, k_exit_not_initialised, "not_initialised"},
    {Code::locked, k_exit_locked, "locked"},
    {Code::wrong_key, k_exit_wrong_key, "wrong_key"},
    {Code::newer_schema, k_exit_newer_schema, "newer_schema"},
    {Code::verification_failed, k_exit_verification, "verification_failed"},
    {Code::io_error, k_exit_io_error, "io_error"},
});

constexpr Row k_unknown{Code::internal, k_exit_failed, "internal"};

const Row& row_of(Code code) {
  for (const Row& row : k_rows) {
    if (row.code == code) return row;
  }
  return k_unknown;
}

}  // namespace

int exit_code(Code code) { return row_of(code).exit; }

int exit_code(const Error& error) {
  return error.kind == "interrupted" ? k_exit_interrupted : exit_code(error.code);
}

std::string_view code_name(Code code) { return row_of(code).name; }

Code code_of_name(std::string_view name) {
  for (const Row& row : k_rows) {
    if (row.name == name) return row.code;
  }
  return Code::internal;
}

}  // namespace kontor::app
