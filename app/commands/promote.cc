#include <poll.h>

#include "base/json.h"
#include "data_lock.h"
#include "exit_code.h"
#include "operations/interrupt.h"
#include "operations/run_operation.h"
#include "standby/promotion.h"
#include "verbs.h"

namespace kontor::app {
namespace {

constexpr std::int64_t k_server_start_ms = 60'000;
constexpr int k_between_looks_ms = 50;

std::string text_of(const Json& done, std::string_view name) {
  const Json* value = done.find(name);
  return value != nullptr && value->string() != nullptr ? *value->string() : std::string();
}

class Promote final : public Command {
 public:
  void define(Syntax& syntax) override {
    syntax.flag("--unproven", unproven_, "Without the proofs of the data, which read all of them.");
    syntax.text("--key-file", key_file_, "FILE",
                "The secret key that opens a sealed archive, if no standby runs.");
  }

  Result<int> run(const Session& session) override {
    const Json arguments(JsonObject{{"unproven", Json(unproven_)}});
    auto done = ask_server(session, "promote", {.arguments = arguments});
    const bool runs = done.ok() || done.error().kind != "no_server";
    if (!runs) done = promote_here(session);
    const std::string text = TRY(done);
    if (runs) TRY(wait_for_server(session));
    session.output.print(session.flags.json ? text : TRY(report(text, runs)));
    return k_exit_ok;
  }

 private:
  Result<std::string> promote_here(const Session& session) const {
    const Interrupt interrupt;
    const Config config = TRY(session.settings());
    const auto data = data_path(config);
    const auto record = TRY(backup::read_standby_record(data));
    if (!record || !record->is_standby() || record->epoch.empty()) {
      return Error{.code = Code::conflict,
                   .message = data.string() + (record && record->is_standby()
                                                   ? " is a standby without data yet."
                                                   : " is no standby."),
                   .kind = "not_standby",
                   .hint = "kontor standby --from TARGET makes one"};
    }
    const store::DataDir lock = TRY(lock_data_dir(data, true));
    StandbySource source = TRY(StandbySource::open(record->from, key_file_, config, session));
    auto follower = TRY(Follower::open(std::move(source), *record, session.clock));
    const Promotion promotion = TRY(
        promote(*follower, unproven_, session.clock, [&interrupt] { return interrupt.came(); }));
    follower.reset();
    TRY(settle_promoted(data, config, session.clock));
    return to_json(promotion);
  }

  // It starts anew; its first answer as a server ends the wait.
  static Result<void> wait_for_server(const Session& session) {
    const std::int64_t end_ms = session.clock.monotonic_ms() + k_server_start_ms;
    while (session.clock.monotonic_ms() < end_ms) {
      const auto status = ask_server(session, "status", {});
      const auto facts = status.ok() ? parse_json(*status) : Result<Json>(status.error());
      const Json* standby = facts.ok() ? facts->find("standby") : nullptr;
      if (standby != nullptr && standby->object() == nullptr) return {};
      ::poll(nullptr, 0, k_between_looks_ms);
    }
    return Error{.code = Code::unavailable,
                 .message = "The standby was promoted, but does not serve yet.",
                 .hint = "look at its log; kontor status"};
  }

  static Result<std::string> report(const std::string& json, bool runs) {
    const Json done = TRY(parse_json(json));
    const std::string why = text_of(done, "not_reached");
    std::string text =
        "Promoted: all that the server had sent by " + text_of(done, "as_of") + " is here.\n";
    if (!why.empty()) text += "The last look at the target failed: " + why + "\n";
    text +=
        runs ? "It serves, and takes writes.\n" : "It is a server's directory now: kontor serve\n";
    return text + "The old server must not run again on its old data.\n";
  }

  bool unproven_ = false;
  std::string key_file_;
};

}  // namespace

std::unique_ptr<Command> make_promote() { return std::make_unique<Promote>(); }

}  // namespace kontor::app
