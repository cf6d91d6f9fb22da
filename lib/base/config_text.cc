#include "base/config_text.h"

#include "base/json_writer.h"

namespace kontor {
namespace {

constexpr std::string_view k_head =
    "# Settings of Kontor. A flag or a KONTOR_ variable of the same name comes before what stands\n"
    "# here; `kontor config show --origin` tells which one holds, `kontor config docs` explains.\n";

// JSON's escapes are a subset of those of TOML's basic strings.
std::string toml_string(const std::string& text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

bool is_bare(const Setting& setting, const std::string& text) {
  if (setting.kind == SettingKind::boolean) return true;
  return setting.kind == SettingKind::integer && text != setting.choices;
}

std::string toml_value(const Setting& setting, const std::vector<std::string>& items) {
  if (!is_list(setting))
    return is_bare(setting, items.at(0)) ? items.at(0) : toml_string(items.at(0));
  std::string out = "[";
  for (const std::string& item : items) {
    if (out.size() > 1) out += ", ";
    out += toml_string(item);
  }
  return out + "]";
}

std::vector<std::string> built_in_items(const Setting& setting) {
  if (is_list(setting)) return split_list(setting.built_in);
  return {std::string(setting.built_in)};
}

}  // namespace

std::string config_template(const ChosenSettings& chosen) {
  std::string out(k_head);
  for (const Setting& setting : settings()) {
    if (setting.name == "data" || setting.secret) continue;
    out.append("\n# ").append(setting.help).append("\n# Allowed: ").append(allowed_values(setting));
    const auto found = chosen.find(setting.name);
    const bool set = found != chosen.end();
    out.append(set ? ".\n" : ".\n#").append(setting.name).append(" = ");
    out.append(toml_value(setting, set ? found->second : built_in_items(setting))).append("\n");
  }
  return out;
}

std::string config_reference() {
  std::string out =
      "| setting | flag | variable | default | allowed | meaning |\n|---|---|---|---|---|---|\n";
  for (const Setting& setting : settings()) {
    const std::string built_in =
        setting.built_in.empty() ? "" : "`" + std::string(setting.built_in) + "`";
    const std::string flag = setting.secret ? "none: a secret" : "`" + flag_name(setting) + "`";
    out.append("| `").append(setting.name).append("` | ").append(flag);
    out.append(" | `").append(variable_name(setting)).append(setting.secret ? "_FILE" : "");
    out.append("` | ").append(built_in);
    out.append(" | ")
        .append(allowed_values(setting))
        .append(" | ")
        .append(setting.help)
        .append(" |\n");
  }
  return out;
}

}  // namespace kontor
