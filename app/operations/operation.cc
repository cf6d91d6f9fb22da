#include "operations/operation.h"

#include <algorithm>
#include <array>

namespace kontor::app {
namespace {

constexpr auto k_operations = std::to_array<Operation>({
    {"demo.load", load_demo_records},
    {"demo.clear", clear_demo_records},
    {"import.file", import_file},
    {"import.all", import_whole_export},
    {"import.undo", undo_import_of_file},
    {"user.add", add_user},
    {"user.first", add_first_user},
    {"user.passwd", set_user_password},
    {"user.role", set_user_roles},
    {"user.status", set_user_status},
    {"user.unlock", unlock_user},
    {"user.reset_2fa", reset_second_factor},
    {"user.login_link", make_login_link},
    {"audit.note", note_event_of_command},
    {"gdpr.export", export_personal_data},
    {"gdpr.erase", erase_personal_data},
    {"sql.write", run_writing_sql},
    {"token.create", create_token},
    {"token.revoke", revoke_token},
    {"status", server_status},
    {"reload", reload_server},
    {"logs.level", change_log_level},
    {"promote", promote_standby},
});

}  // namespace

std::string OperationCall::text(std::string_view name, std::string_view fallback) const {
  const Json* value = arguments.find(name);
  return std::string(value != nullptr && value->string() ? *value->string() : fallback);
}

std::int64_t OperationCall::integer(std::string_view name, std::int64_t fallback) const {
  const Json* value = arguments.find(name);
  return value != nullptr && value->integer() ? *value->integer() : fallback;
}

bool OperationCall::flag(std::string_view name) const {
  const Json* value = arguments.find(name);
  return value != nullptr && value->boolean() && *value->boolean();
}

std::vector<std::string> OperationCall::texts(std::string_view name) const {
  std::vector<std::string> texts;
  const Json* value = arguments.find(name);
  if (value == nullptr || value->array() == nullptr) return texts;
  for (const Json& item : *value->array())
    if (item.string() != nullptr) texts.push_back(*item.string());
  return texts;
}

std::span<const Operation> operations() { return k_operations; }

const Operation* find_operation(std::string_view name) {
  const auto found = std::ranges::find(k_operations, name, &Operation::name);
  return found == k_operations.end() ? nullptr : &*found;
}

Error interrupted_error(std::string message) {
  return {.code = Code::unavailable,
          .message = std::move(message),
          .kind = "interrupted",
          .hint = "run it again"};
}

}  // namespace kontor::app
