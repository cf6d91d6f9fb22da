#include "base/config.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/check.h"
#include "base/config_file.h"
#include "base/fold.h"
#include "base/nearest.h"
#include "base/small_file.h"

namespace kontor {
namespace {

constexpr std::string_view k_variable_prefix = "KONTOR_";
constexpr std::string_view k_file_suffix = "_FILE";
constexpr std::string_view k_default_file = "kontor.toml";
constexpr std::size_t k_config_bytes = 256 * 1024;
constexpr std::size_t k_value_file_bytes = 16 * 1024;

struct RawValue {
  std::vector<std::string> items;
  std::string origin;
};

std::vector<std::string> to_items(const Setting& setting, const std::string& text) {
  if (is_list(setting)) return split_list(text);
  return {text};
}

bool kind_fits(const Setting& setting, const FileEntry& entry) {
  switch (entry.kind) {
    case FileValueKind::integer: return setting.kind == SettingKind::integer;
    case FileValueKind::boolean: return setting.kind == SettingKind::boolean;
    case FileValueKind::strings: return is_list(setting);
    case FileValueKind::string:
      // The word that stands beside numbers is the only text an integer may have.
      if (setting.kind == SettingKind::integer) return entry.items.front() == setting.choices;
      return setting.kind != SettingKind::boolean;
    case FileValueKind::other: return false;
  }
  return false;
}

std::string quoted_values(const Setting& setting, const std::vector<std::string>& items) {
  constexpr std::size_t shown_bytes = 200;
  if (setting.secret) return "the value";
  std::string out;
  for (const std::string& item : items)
    out.append(out.empty() ? "\"" : ", \"").append(item).append("\"");
  if (out.size() > shown_bytes) out.resize(shown_bytes);
  return out.empty() ? "an empty list" : out;
}

std::vector<std::string_view> setting_names() {
  std::vector<std::string_view> names;
  for (const Setting& setting : settings()) names.push_back(setting.name);
  return names;
}

std::string did_you_mean(std::string_view name) {
  const auto meant = nearest(name, setting_names());
  return meant ? " Did you mean " + std::string(*meant) + "?" : std::string();
}

}  // namespace

// Collects every mistake, so that one start tells them all.
class ConfigLoader {
 public:
  explicit ConfigLoader(const ConfigInputs& inputs) : inputs_(inputs) {}

  Result<Config> load();

 private:
  std::string variable(std::string_view name) const;
  std::optional<RawValue> find_flag(const Setting& setting) const;
  std::optional<RawValue> find_variable(const Setting& setting) const;
  std::optional<RawValue> find_value_file(const Setting& setting);
  std::optional<RawValue> find_credential(const Setting& setting);
  std::optional<RawValue> find_in_file(const Setting& setting);
  RawValue find(const Setting& setting);
  ConfigEntry resolve(const Setting& setting);
  std::optional<std::string> read_value_file(const Setting& setting, const std::string& path,
                                             const std::string& origin);
  Result<void> read_file();
  void refuse_unknown_variables();
  void refuse_unknown_keys();
  void mistake(std::string_view name, std::string code, std::string detail);
  Error mistakes();

  const ConfigInputs& inputs_;
  std::string file_name_;  // as shown in origins
  std::vector<FileEntry> file_entries_;
  std::vector<FieldError> mistakes_;
  Config config_;
};

Result<Config> ConfigLoader::load() {
  config_.credentials_ = variable("CREDENTIALS_DIRECTORY");
  TRY(read_file());
  refuse_unknown_variables();
  refuse_unknown_keys();
  for (const Setting& setting : settings()) config_.entries_.push_back(resolve(setting));
  if (!mistakes_.empty()) return mistakes();
  return std::move(config_);
}

std::string ConfigLoader::variable(std::string_view name) const {
  const auto found = inputs_.environment.find(name);
  return found == inputs_.environment.end() ? std::string() : found->second;
}

std::optional<RawValue> ConfigLoader::find_flag(const Setting& setting) const {
  const auto given = inputs_.flags.find(setting.name);
  if (given == inputs_.flags.end()) return std::nullopt;
  RawValue raw{.items = {}, .origin = "flag " + flag_name(setting)};
  for (const std::string& text : given->second) {
    for (std::string& item : to_items(setting, text)) raw.items.push_back(std::move(item));
  }
  return raw;
}

std::optional<RawValue> ConfigLoader::find_variable(const Setting& setting) const {
  const std::string name = variable_name(setting);
  const std::string text = variable(name);
  if (text.empty()) return std::nullopt;
  return RawValue{.items = to_items(setting, text), .origin = "env " + name};
}

std::optional<std::string> ConfigLoader::read_value_file(const Setting& setting,
                                                         const std::string& path,
                                                         const std::string& origin) {
  auto text = read_small_file(path, k_value_file_bytes);
  if (text.ok()) return std::string(trim(*text));
  mistake(setting.name, "unreadable", origin + ": " + text.error().message);
  return std::nullopt;
}

std::optional<RawValue> ConfigLoader::find_value_file(const Setting& setting) {
  const std::string name = variable_name(setting).append(k_file_suffix);
  const std::string path = variable(name);
  if (path.empty()) return std::nullopt;
  const std::string origin = "env " + name;
  const auto text = read_value_file(setting, path, origin);
  if (!text) return std::nullopt;
  return RawValue{.items = to_items(setting, *text), .origin = origin};
}

std::optional<RawValue> ConfigLoader::find_credential(const Setting& setting) {
  const std::string folder = variable("CREDENTIALS_DIRECTORY");
  if (folder.empty()) return std::nullopt;
  const std::string name = "kontor_" + std::string(setting.name);
  const std::string path = folder + "/" + name;
  const auto probe = read_small_file(path, k_value_file_bytes);
  if (!probe.ok() && probe.error().code == Code::not_found) return std::nullopt;
  const std::string origin = "credential " + name;
  const auto text = read_value_file(setting, path, origin);
  if (!text) return std::nullopt;
  return RawValue{.items = to_items(setting, *text), .origin = origin};
}

std::optional<RawValue> ConfigLoader::find_in_file(const Setting& setting) {
  for (const FileEntry& entry : file_entries_) {
    if (entry.name != setting.name) continue;
    RawValue raw{.items = entry.items, .origin = file_name_ + ":" + std::to_string(entry.line)};
    if (setting.secret) {
      mistake(setting.name, "secret_in_file",
              raw.origin + ": " + entry.name +
                  " is a secret, and this file is in every backup: name a file that holds it in " +
                  variable_name(setting).append(k_file_suffix) + ".");
      return std::nullopt;
    }
    if (kind_fits(setting, entry)) return raw;
    mistake(setting.name, "wrong_type",
            raw.origin + ": " + entry.name + " must be " + allowed_values(setting) + ".");
    return std::nullopt;
  }
  return std::nullopt;
}

RawValue ConfigLoader::find(const Setting& setting) {
  if (auto raw = find_flag(setting)) return *std::move(raw);
  if (auto raw = find_variable(setting)) return *std::move(raw);
  if (auto raw = find_value_file(setting)) return *std::move(raw);
  if (auto raw = find_credential(setting)) return *std::move(raw);
  if (auto raw = find_in_file(setting)) return *std::move(raw);
  return {.items = to_items(setting, std::string(setting.built_in)), .origin = "default"};
}

ConfigEntry ConfigLoader::resolve(const Setting& setting) {
  RawValue raw = find(setting);
  const bool built_in = raw.origin == "default";
  auto value = check_setting(setting, raw.items);
  CHECK(value || !built_in);
  if (!value) {
    mistake(setting.name, "invalid",
            std::string(setting.name) + " (" + raw.origin +
                "): " + quoted_values(setting, raw.items) + " is not allowed; it must be " +
                allowed_values(setting) + ".");
    value.emplace();
  }
  return {.setting = &setting, .value = *std::move(value), .origin = std::move(raw.origin)};
}

Result<void> ConfigLoader::read_file() {
  std::string path = inputs_.config_path.empty() ? variable("KONTOR_CONFIG") : inputs_.config_path;
  const bool chosen = !path.empty();
  file_name_ = path;
  if (!chosen) {
    path = find(*find_setting("data")).items.front();
    path.append("/").append(k_default_file);
    file_name_ = k_default_file;
    mistakes_.clear();  // what is wrong with `data` is told when it is resolved
  }
  auto text = read_small_file(path, k_config_bytes);
  if (!text.ok() && text.error().code == Code::not_found && !chosen) return {};
  if (!text.ok()) {
    Error error = std::move(text).error();
    error.code = Code::usage;
    error.hint = chosen ? "name a file that can be read with --config"
                        : "run it as the user to whom the data directory belongs";
    return error;
  }
  config_.file_ = path;
  auto entries = read_config_text(*text, file_name_);
  if (!entries.ok()) {
    entries.error().hint = "mend the file, then: kontor config check";
    return entries.error();
  }
  file_entries_ = *std::move(entries);
  return {};
}

void ConfigLoader::refuse_unknown_variables() {
  for (const auto& [name, value] : inputs_.environment) {
    if (!name.starts_with(k_variable_prefix) || is_foreign_variable(name)) continue;
    const std::string key = fold_identity(std::string_view(name).substr(k_variable_prefix.size()));
    std::string_view stem = key;
    if (find_setting(stem) != nullptr && name == variable_name(*find_setting(stem))) continue;
    if (name.ends_with(k_file_suffix)) stem.remove_suffix(k_file_suffix.size());
    if (find_setting(stem) != nullptr && name.starts_with(variable_name(*find_setting(stem))))
      continue;
    mistake(key, "unknown", "env " + name + ": there is no such setting." + did_you_mean(stem));
  }
}

void ConfigLoader::refuse_unknown_keys() {
  for (const FileEntry& entry : file_entries_) {
    if (find_setting(entry.name) != nullptr) continue;
    mistake(entry.name, "unknown",
            file_name_ + ":" + std::to_string(entry.line) + ": there is no setting " + entry.name +
                "." + did_you_mean(entry.name));
  }
}

void ConfigLoader::mistake(std::string_view name, std::string code, std::string detail) {
  mistakes_.push_back(
      {.pointer = "/" + std::string(name), .code = std::move(code), .detail = std::move(detail)});
}

Error ConfigLoader::mistakes() {
  std::string message = mistakes_.front().detail;
  if (mistakes_.size() > 1)
    message += " (" + std::to_string(mistakes_.size()) + " mistakes in all)";
  return {.code = Code::usage,
          .message = std::move(message),
          .kind = "bad_settings",
          .fields = std::move(mistakes_),
          .hint = "kontor config docs"};
}

const ConfigEntry& Config::entry(std::string_view name) const {
  const auto found = std::find_if(entries_.begin(), entries_.end(),
                                  [&](const ConfigEntry& e) { return e.setting->name == name; });
  CHECK(found != entries_.end());
  return *found;
}

const std::string& Config::text(std::string_view name) const {
  const ConfigEntry& found = entry(name);
  CHECK(!is_list(*found.setting));
  return found.value.items.front();
}

std::int64_t Config::integer(std::string_view name) const {
  const ConfigEntry& found = entry(name);
  CHECK(found.setting->kind == SettingKind::integer);
  return found.value.number;
}

bool Config::boolean(std::string_view name) const {
  const ConfigEntry& found = entry(name);
  CHECK(found.setting->kind == SettingKind::boolean);
  return found.value.boolean;
}

const std::vector<std::string>& Config::list(std::string_view name) const {
  const ConfigEntry& found = entry(name);
  CHECK(is_list(*found.setting));
  return found.value.items;
}

Result<Config> load_config(const ConfigInputs& inputs) { return ConfigLoader(inputs).load(); }

bool is_foreign_variable(std::string_view name) {
  constexpr std::array<std::string_view, 4> names = {"KONTOR_CONFIG", "KONTOR_URL", "KONTOR_TOKEN",
                                                     "KONTOR_BIN"};
  constexpr std::array<std::string_view, 7> groups = {
      "KONTOR_BUILD_", "KONTOR_DEPS_",  "KONTOR_DEBIAN_", "KONTOR_TIDY_",
      "KONTOR_TEST_",  "KONTOR_BENCH_", "KONTOR_SHARED_"};
  return std::find(names.begin(), names.end(), name) != names.end() ||
         std::any_of(groups.begin(), groups.end(),
                     [&](std::string_view group) { return name.starts_with(group); });
}

}  // namespace kontor
