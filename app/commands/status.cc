#include "base/json.h"
#include "base/json_writer.h"
#include "exit_code.h"
#include "operations/run_operation.h"
#include "store/data_dir.h"
#include "verbs.h"

namespace kontor::app {
namespace {

std::string value_text(const Json* value) {
  if (value == nullptr) return "unknown";
  if (value->string() != nullptr) return *value->string();
  if (value->array() == nullptr) return to_text(*value);
  std::string text;
  for (const Json& item : *value->array()) {
    text.append(text.empty() ? "" : ", ").append(value_text(&item));
  }
  return text;
}

// One line a fact; those of a part carry its name: "database.bytes: 4096".
std::string as_text(const Json& object, const std::string& part) {
  std::string text;
  for (const auto& [name, value] : *object.object()) {
    text += value.object() != nullptr ? as_text(value, part + name + ".")
                                      : part + name + ": " + value_text(&value) + "\n";
  }
  return text;
}

class Status final : public Command {
 public:
  void define(Syntax&) override {}

  Result<int> run(const Session& session) override {
    auto status = ask_server(session, "status", {});
    if (!status.ok() && status.error().kind != "no_server") return status.error();
    const std::string text = status.ok() ? *std::move(status) : TRY(without_server(session));
    const Json facts = TRY(parse_json(text));
    session.output.print(session.flags.json ? text : as_text(facts, ""));
    return facts.find("running")->boolean() && *facts.find("running")->boolean() ? k_exit_ok
                                                                                 : k_exit_failed;
  }

 private:
  // A process that holds the lock without a server is a command at work, or a server that starts.
  static Result<std::string> without_server(const Session& session) {
    const std::filesystem::path data = data_path(TRY(session.settings()));
    std::error_code failure;
    if (!std::filesystem::exists(data / "kontor.db", failure)) {
      return Error{.code = Code::not_initialised,
                   .message = data.string() + " is no data directory.",
                   .hint = "kontor init --data " + data.string()};
    }
    const auto holder =
        store::is_held(data).value_or(false) ? store::read_holder(data) : std::nullopt;
    std::string text;
    JsonWriter out(text);
    out.begin_object().key("running").boolean(false).key("data").string(data.native());
    out.key("held_by");
    if (holder) {
      out.integer(holder->pid);
    } else {
      out.null();
    }
    out.end_object();
    return text;
  }
};

}  // namespace

std::unique_ptr<Command> make_status() { return std::make_unique<Status>(); }

}  // namespace kontor::app
