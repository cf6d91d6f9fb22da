#include <poll.h>

#include <algorithm>

#include "base/json.h"
#include "exit_code.h"
#include "local_request.h"
#include "store/data_dir.h"
#include "verbs.h"

namespace kontor::app {
namespace {

constexpr int k_limit_ms = 5'000;  // of one question; the server gives its disk two seconds
constexpr int k_between_ms = 100;  // questions while waiting
constexpr std::int64_t k_longest_wait_s = 24 * 3600;

std::string as_text(const LocalReply& reply) {
  const auto document = parse_json(reply.body);
  if (!document.ok()) return reply.body;
  const Json* status = document->find("status");
  std::string text = status != nullptr && status->string() ? *status->string() : "unknown";
  const Json* checks = document->find("checks");
  if (checks == nullptr || checks->object() == nullptr) return text;
  for (const auto& [name, check] : *checks->object()) {
    const Json* result = check.find("status");
    const Json* detail = check.find("detail");
    text += "\n" + name + ": " + (result && result->string() ? *result->string() : "") + " (" +
            (detail && detail->string() ? *detail->string() : "") + ")";
  }
  return text;
}

class Health final : public Command {
 public:
  void define(Syntax& syntax) override {
    syntax.number("--wait", wait_s_, "S", "Asks again for so many seconds until it is ready.");
  }

  Result<int> run(const Session& session) override {
    const Config config = TRY(session.settings());
    const std::int64_t patience_s =
        std::clamp<std::int64_t>(wait_s_.value_or(0), 0, k_longest_wait_s);
    const std::int64_t end_ms = session.clock.monotonic_ms() + patience_s * 1000;
    auto reply = ask(config);
    while ((!reply.ok() || reply->status != 200) && session.clock.monotonic_ms() < end_ms) {
      ::poll(nullptr, 0, k_between_ms);
      reply = ask(config);
    }
    if (!reply.ok()) return std::move(reply).error();
    session.output.print(session.flags.json ? reply->body : as_text(*reply));
    return reply->status == 200 ? k_exit_ok : k_exit_failed;
  }

 private:
  static Result<LocalReply> ask(const Config& config) {
    const std::filesystem::path path = data_path(config);
    const auto holder = store::read_holder(path);
    if (!holder || holder->addresses.empty()) {
      return Error{.code = Code::unavailable,
                   .message = "No server runs on " + path.string() + ".",
                   .kind = "no_server",
                   .hint = "kontor --data " + path.string() + " serve"};
    }
    const std::string& url = holder->addresses.front();
    return get_local(url, host_for(config, url), "/readyz", k_limit_ms);
  }

  std::optional<std::int64_t> wait_s_;
};

}  // namespace

std::unique_ptr<Command> make_health() { return std::make_unique<Health>(); }

}  // namespace kontor::app
