#include <array>

#include "base/json_writer.h"
#include "exit_code.h"
#include "organisation_settings.h"
#include "reference/markdown.h"
#include "serving.h"
#include "settings_check.h"
#include "verbs.h"

namespace kontor::app {
namespace {

constexpr std::array<std::string_view, 3> k_actions = {"show", "check", "docs"};

std::string shown_value(const ConfigEntry& entry) {
  if (entry.setting->secret) return "(hidden)";
  std::string text;
  for (const std::string& item : entry.value.items) {
    text.append(text.empty() ? "" : ", ").append(item);
  }
  return text;
}

std::string as_text(const std::vector<ConfigEntry>& entries, bool with_origin) {
  std::string text;
  for (const ConfigEntry& entry : entries) {
    text.append(entry.setting->name).append(" = ").append(shown_value(entry));
    if (with_origin) text.append("  # ").append(entry.origin);
    text.append("\n");
  }
  return text;
}

void write_value(JsonWriter& out, const ConfigEntry& entry) {
  if (entry.setting->secret) {
    out.null();
  } else if (is_list(*entry.setting)) {
    out.begin_array();
    for (const std::string& item : entry.value.items) out.string(item);
    out.end_array();
  } else if (entry.setting->kind == SettingKind::boolean) {
    out.boolean(entry.value.boolean);
  } else if (entry.setting->kind == SettingKind::integer && entry.value.number != 0) {
    out.integer(entry.value.number);
  } else {
    out.string(entry.value.items.front());
  }
}

std::string as_json(const std::vector<ConfigEntry>& entries) {
  std::string text;
  JsonWriter out(text);
  out.begin_object();
  for (const ConfigEntry& entry : entries) {
    out.key(entry.setting->name).begin_object().key("value");
    write_value(out, entry);
    out.key("origin").string(entry.origin).end_object();
  }
  out.end_object();
  return text;
}

class ConfigVerb final : public Command {
 public:
  void define(Syntax& syntax) override {
    syntax.argument("ACTION", action_, "show, check or docs", true, k_actions);
    syntax.flag("--origin", origin_, "With show: where each value came from.");
    syntax.settings(settings_);
  }

  Result<int> run(const Session& session) override {
    TRY(check_choice("action", action_, k_actions));
    if (action_ == "docs") {
      session.output.print(settings_page());
      return k_exit_ok;
    }
    const Config config = TRY(session.settings(settings_));
    if (action_ == "check") return check(session, config);
    const auto entries = shown_entries(session, config);
    session.output.print(session.flags.json ? as_json(entries) : as_text(entries, origin_));
    return k_exit_ok;
  }

 private:
  // What is set can be shown although the database cannot be read.
  static std::vector<ConfigEntry> shown_entries(const Session& session, const Config& config) {
    auto entries = entries_with_organisation(config);
    if (entries.ok()) return *std::move(entries);
    session.output.note("What the database says of the organisation is left out: " +
                        entries.error().message);
    return {config.entries().begin(), config.entries().end()};
  }

  static Result<int> check(const Session& session, const Config& config) {
    TRY(check_settings(config));
    if (session.flags.json) session.output.print(R"({"ok":true})");
    else session.output.note("The settings are fine.");
    return k_exit_ok;
  }

  std::string action_;
  bool origin_ = false;
  SettingFlags settings_;
};

}  // namespace

std::unique_ptr<Command> make_config() { return std::make_unique<ConfigVerb>(); }

}  // namespace kontor::app
