#include "crm/demo/demo.h"

#include <array>

#include "base/json.h"
#include "composition.h"
#include "crm/organisation/organisation_record.h"
#include "demo_owner.h"
#include "exit_code.h"
#include "new_data_dir.h"
#include "operations/run_operation.h"
#include "scratch_folder.h"
#include "serving.h"
#include "verbs.h"

namespace kontor::app {
namespace {

constexpr std::array<std::string_view, 2> k_actions = {"load", "clear"};
constexpr std::array<std::string_view, 3> k_sizes = {"s", "m", "l"};
constexpr std::int64_t k_default_port = 8080;

std::filesystem::path temporary_folder(const Environment& environment) {
  const auto found = environment.find("TMPDIR");
  return found == environment.end() || found->second.empty() ? "/tmp" : found->second;
}

std::string counts_text(const Json* counts) {
  std::string text;
  if (counts == nullptr || counts->object() == nullptr) return text;
  for (const auto& [name, count] : *counts->object()) {
    text.append(text.empty() ? "" : ", ").append(to_text(count) + " " + name);
  }
  return text.empty() ? "nothing" : text;
}

std::string text_of(const Json& object, std::string_view name) {
  const Json* value = object.find(name);
  return value != nullptr && value->string() ? *value->string() : std::string();
}

std::string cleared_text(const Json& cleared) {
  std::string text = "Removed " + counts_text(cleared.find("removed")) + "\n";
  const Json* kept = cleared.find("kept");
  if (kept == nullptr || kept->array() == nullptr) return text;
  for (const Json& one : *kept->array()) {
    text += "kept, as real records refer to it: " + text_of(one, "collection") + " " +
            text_of(one, "id") + " " + text_of(one, "title") + "\n";
  }
  return text;
}

class Demo final : public Command {
 public:
  void define(Syntax& syntax) override {
    syntax.argument("ACTION", action_, "load or clear; none: serve a throw-away firm", false,
                    k_actions);
    syntax.argument("PRESET", preset_argument_, "With load: as --preset.", false);
    syntax.text("--preset", preset_, "NAME",
                "Which kind of firm: shop, studio, manufacturing or telegram. Default: shop.");
    syntax.number("--port", port_, "N", "Port on 127.0.0.1. Default: 8080; 0: any free one.");
    syntax.text("--keep", keep_, "DIR", "Keeps the data in this directory, for the next start.");
    syntax.text("--size", size_, "SIZE",
                "s, m or l: a few records, a firm's past, or 100,000 customers. Default: m.");
    syntax.text("--lang", language_, "LANG", "en or vi: names and words. Default: en.");
    syntax.number("--seed", seed_, "N", "The same number gives the same records. Default: 1.");
    syntax.settings(settings_);
  }

  Result<int> run(const Session& session) override {
    TRY(check_choice("size", size_, k_sizes));
    TRY(check_choice("language", language_, crm::demo_languages()));
    if (!preset_argument_.empty()) preset_ = preset_argument_;
    TRY(check_choice("preset", preset_, crm::demo_presets()));
    if (action_.empty()) return serve(session);
    TRY(check_choice("action", action_, k_actions));
    TRY(refuse_serving_flags());
    return action_ == "load" ? load(session) : clear(session);
  }

 private:
  Result<void> refuse_serving_flags() const {
    if (!port_ && keep_.empty()) return {};
    return Error{.code = Code::usage,
                 .message = "--port and --keep are for the demo that is served.",
                 .kind = "usage",
                 .hint = "kontor demo --help"};
  }

  OperationCall load_call() const {
    JsonObject arguments = {{"preset", Json(preset_)}, {"size", Json(size_)}};
    arguments.emplace_back("lang", Json(language_));
    arguments.emplace_back("seed", seed_.value_or(1));
    return {.arguments = Json(std::move(arguments))};
  }

  Result<int> load(const Session& session) const {
    const std::string loaded = TRY(run_operation(session, settings_, "demo.load", load_call()));
    const Json counts = TRY(parse_json(loaded));
    session.output.print(session.flags.json ? loaded : "Loaded " + counts_text(&counts));
    return k_exit_ok;
  }

  Result<int> clear(const Session& session) const {
    const std::string text = TRY(run_operation(session, settings_, "demo.clear", {}));
    const Json cleared = TRY(parse_json(text));
    session.output.print(session.flags.json ? text : cleared_text(cleared));
    const Json* kept = cleared.find("kept_count");
    return kept == nullptr || *kept == Json(std::int64_t{0}) ? k_exit_ok : k_exit_partly;
  }

  // Where nothing has been set, the firm is one of the country that the operator has fixed, or else
  // of the home of the language.
  Result<void> be_firm(Business& business, const Session& session) const {
    const bool has_country = business.organisation().is_fixed("country");
    const auto firm = crm::demo_firm(
        language_, has_country ? business.organisation().now()->country : std::string());
    const crm::Context context{.now_ms = session.clock.now_ms(), .request_id = "demo"};
    return business.store().write([&](store::WriteTx& tx) -> Result<void> {
      if (crm::read_organisation(tx).version > 1) return {};
      JsonObject values;
      const auto put = [&](std::string_view field, const std::string& value) {
        if (!business.organisation().is_fixed(field)) values.emplace_back(field, Json(value));
      };
      put("currency", firm.currency);
      put("country", firm.country);
      TRY(crm::change_organisation(tx, context, business.organisation(), Json(std::move(values))));
      return {};
    });
  }

  // Made-up records, and an owner; how she signs in, if she was made now.
  Result<std::string> fill(const Session& session, const Config& config) const {
    const auto business = TRY(Business::open(config, session.clock, session.random));
    std::string log_in = TRY(make_demo_owner(*business, session));
    TRY(be_firm(*business, session));
    OperationCall call = load_call();
    const auto loaded = load_demo_records({.store = business->store(),
                                           .records = business->records(),
                                           .data_dir = business->data_dir(),
                                           .config = config,
                                           .clock = session.clock,
                                           .random = session.random,
                                           .accounts = business->accounts()},
                                          call);
    if (!loaded.ok() && loaded.error().kind != "demo_loaded") return loaded.error();
    return log_in;
  }

  Result<SettingFlags> serving_settings(const std::filesystem::path& data) const {
    SettingFlags chosen = settings_;
    chosen["data"] = {data.string()};
    const std::string port = std::to_string(port_.value_or(k_default_port));
    if (port_ || !chosen.contains("listen")) chosen["listen"] = {"127.0.0.1:" + port};
    chosen.try_emplace("archive", 1, "off");  // made-up records need no way back
    return chosen;
  }

  Result<int> serve(const Session& session) const {
    if (!session.flags.data.empty()) {
      return Error{.code = Code::usage,
                   .message = "The demo makes a directory of its own.",
                   .kind = "usage",
                   .hint = "--keep DIR, or kontor demo load to fill the one of --data"};
    }
    SignalWatch signals;  // from here on an interrupt ends in order, so that nothing is left
    if (!keep_.empty()) return serve_in(session, keep_, signals, nullptr);
    auto scratch = TRY(ScratchFolder::make(temporary_folder(session.environment), "kontor-demo-"));
    return serve_in(session, scratch.path(), signals, &scratch);
  }

  Result<int> serve_in(const Session& session, const std::filesystem::path& data,
                       SignalWatch& signals, ScratchFolder* scratch) const {
    const SettingFlags chosen = TRY(serving_settings(data));
    Config config = TRY(session.settings(chosen));
    TRY(make_data_dir(data_path(config), {}, session.clock, session.random));
    std::string log_in = TRY(fill(session, config));
    Serving::Plan plan{.config = std::move(config),
                       .reload = [&] { return session.settings(chosen); },
                       .listen = chosen.at("listen"),
                       .last_line = scratch != nullptr ? "Ctrl-C to stop and to remove the data"
                                                       : "Ctrl-C to stop",
                       .log_in = std::move(log_in)};
    if (scratch != nullptr) plan.before_abort = [scratch] { scratch->remove(); };
    Serving serving(session, std::move(plan), signals);
    auto code = serving.run();
    if (!code.ok() && code.error().kind == "address_in_use") {
      code.error().hint = "kontor demo --port 0";
    }
    return code;
  }

  std::string action_, preset_argument_, keep_;
  std::string preset_ = "shop", size_ = "m", language_ = "en";
  std::optional<std::int64_t> port_, seed_;
  SettingFlags settings_;
};

}  // namespace

std::unique_ptr<Command> make_demo() { return std::make_unique<Demo>(); }

}  // namespace kontor::app
