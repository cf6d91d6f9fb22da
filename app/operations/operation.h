// An operation: something that changes data or asks a running server, as a named function with JSON
// in and JSON out. It runs in the server if one holds the data directory, else in the command
// itself (run_operation.h), and does not see the difference.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/config.h"
#include "base/json.h"
#include "base/log.h"
#include "base/random.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "crm/accounts/accounts.h"
#include "crm/records.h"
#include "store/data_dir.h"
#include "store/store.h"

namespace kontor::app {

// What can be asked of a server only. Thread-safe.
class RunningServer {
 public:
  virtual ~RunningServer() = default;
  // How it is, as a JSON object.
  virtual std::string status() const = 0;
  // What SIGHUP does. The first mistake that was found; what could be taken over is.
  virtual Result<void> reload() = 0;
  // Until the next reload() or start.
  virtual void set_log_level(LogLevel level) = 0;
  // A standby becomes the server: what was done, as a JSON object; from then on it starts anew.
  virtual Result<std::string> promote(bool unproven, const std::function<bool()>& is_cancelled) = 0;
};

// What an operation works on: an open database under the lock of its directory.
struct OperationContext {
  store::Store& store;
  const crm::Records& records;
  const store::DataDir& data_dir;
  const Config& config;  // of the process it runs in
  const Clock& clock;
  Random& random;
  crm::Accounts& accounts;
  RunningServer* server = nullptr;  // null: the command works by itself
};

// One call. Files were opened by the caller, who alone may be allowed to: read and write the
// descriptors (descriptor_stream.h), never their names.
struct OperationCall {
  Json arguments = Json(JsonObject{});  // an object
  std::vector<UniqueFd> files = {};
  // A JSON object for who waits; any number of times, on the operation's thread.
  std::function<void(std::string_view json)> progress = [](std::string_view) {};
  // To be asked now and then by what takes long: the caller interrupted it or went away, or the
  // server stops. What is done so far stays; return interrupted_error() or a result that tells.
  std::function<bool()> is_cancelled = [] { return false; };

  // Arguments by name; the fallback where they are missing or of another kind.
  std::string text(std::string_view name, std::string_view fallback = "") const;
  std::int64_t integer(std::string_view name, std::int64_t fallback = 0) const;
  bool flag(std::string_view name) const;
  std::vector<std::string> texts(std::string_view name) const;
};

// The result as JSON text. May run beside others on other threads.
using OperationFunction = Result<std::string> (*)(const OperationContext&, OperationCall&);

struct Operation {
  std::string_view name;  // "demo.load": the verb and its action
  OperationFunction run;
};

std::span<const Operation> operations();

// nullptr: there is none.
const Operation* find_operation(std::string_view name);

// What ends an operation that was cancelled: exit code 130.
Error interrupted_error(std::string message);

Result<std::string> load_demo_records(const OperationContext& context, OperationCall& call);
Result<std::string> clear_demo_records(const OperationContext& context, OperationCall& call);
Result<std::string> import_file(const OperationContext& context, OperationCall& call);
Result<std::string> import_whole_export(const OperationContext& context, OperationCall& call);
Result<std::string> undo_import_of_file(const OperationContext& context, OperationCall& call);
Result<std::string> add_user(const OperationContext& context, OperationCall& call);
Result<std::string> add_first_user(const OperationContext& context, OperationCall& call);
Result<std::string> set_user_password(const OperationContext& context, OperationCall& call);
Result<std::string> set_user_roles(const OperationContext& context, OperationCall& call);
Result<std::string> set_user_status(const OperationContext& context, OperationCall& call);
Result<std::string> unlock_user(const OperationContext& context, OperationCall& call);
Result<std::string> reset_second_factor(const OperationContext& context, OperationCall& call);
Result<std::string> make_login_link(const OperationContext& context, OperationCall& call);
Result<std::string> note_event_of_command(const OperationContext& context, OperationCall& call);
Result<std::string> export_personal_data(const OperationContext& context, OperationCall& call);
Result<std::string> erase_personal_data(const OperationContext& context, OperationCall& call);
Result<std::string> run_writing_sql(const OperationContext& context, OperationCall& call);
Result<std::string> create_token(const OperationContext& context, OperationCall& call);
Result<std::string> revoke_token(const OperationContext& context, OperationCall& call);
Result<std::string> server_status(const OperationContext& context, OperationCall& call);
Result<std::string> reload_server(const OperationContext& context, OperationCall& call);
Result<std::string> promote_standby(const OperationContext& context, OperationCall& call);
Result<std::string> change_log_level(const OperationContext& context, OperationCall& call);

}  // namespace kontor::app
