#include "operations/run_operation.h"

#include <fcntl.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>
#include <utility>

#include "base/check.h"
#include "base/limits.h"
#include "composition.h"
#include "control/control_address.h"
#include "control/control_client.h"
#include "operations/interrupt.h"

namespace kontor::app {
namespace {

Error no_server(const std::filesystem::path& data) {
  return {.code = Code::unavailable,
          .message = "No server runs on " + data.string() + ".",
          .kind = "no_server",
          .hint = "kontor --data " + data.string() + " serve"};
}

Result<void> refuse_settings(const SettingFlags& chosen) {
  if (chosen.empty()) return {};
  const Setting* setting = find_setting(chosen.begin()->first);
  CHECK(setting != nullptr);
  return Error{.code = Code::usage,
               .message = "A server runs, and it has its own settings: " + flag_name(*setting) +
                          " cannot be given here.",
               .kind = "server_settings",
               .hint = "leave it out, or stop the server first"};
}

// nullopt: nobody answers.
std::optional<Result<std::string>> try_server(const std::filesystem::path& data,
                                              const SettingFlags& chosen, std::string_view name,
                                              const OperationCall& call) {
  UniqueFd socket = connect_to_control(data);
  if (!socket) return std::nullopt;
  const auto allowed = refuse_settings(chosen);
  if (!allowed.ok()) return allowed.error();
  ControlChannel channel(std::move(socket), limits::control_patience_ms, true);
  const Interrupt interrupt([&channel] { channel.end_input(); });
  return run_in_server(channel, name, call);
}

Result<std::string> run_here(const Session& session, const Config& config, std::string_view name,
                             OperationCall& call) {
  const Operation* operation = find_operation(name);
  CHECK(operation != nullptr);
  const Interrupt interrupt;
  call.is_cancelled = [&interrupt] { return interrupt.came(); };
  const auto business = TRY(Business::open(config, session.clock, session.random));
  return operation->run({.store = business->store(),
                         .records = business->records(),
                         .data_dir = business->data_dir(),
                         .config = config,
                         .clock = session.clock,
                         .random = session.random,
                         .accounts = business->accounts()},
                        call);
}

Error file_failure(const std::string& path, const char* what) {
  const int error = errno;
  return {.code = error == ENOENT ? Code::not_found : Code::forbidden,
          .message = path + " cannot be " + what + ": " + std::strerror(error) + ".",
          .kind = "unreadable_file",
          .hint = "ls -ld " + path};
}

}  // namespace

Result<std::string> run_operation(const Session& session, const SettingFlags& chosen,
                                  std::string_view name, OperationCall call) {
  const Config config = TRY(session.settings(chosen));
  const std::filesystem::path data = data_path(config);
  auto answer = try_server(data, chosen, name, call);
  if (!answer) {
    auto result = run_here(session, config, name, call);
    if (result.ok() || result.error().code != Code::locked) return result;
    answer = try_server(data, chosen, name, call);  // one that was just starting
    if (!answer) return result;
  }
  return *std::move(answer);
}

Result<std::string> ask_server(const Session& session, std::string_view name,
                               const OperationCall& call) {
  const std::filesystem::path data = data_path(TRY(session.settings()));
  auto answer = try_server(data, {}, name, call);
  if (!answer) return no_server(data);
  return *std::move(answer);
}

Result<UniqueFd> open_for_reading(const std::string& path) {
  UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return file_failure(path, "read");
  return file;
}

Result<UniqueFd> open_for_writing(const std::string& path) {
  UniqueFd file(::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!file) return file_failure(path, "written");
  return file;
}

}  // namespace kontor::app
