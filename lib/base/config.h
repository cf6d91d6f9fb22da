// The settings of this run: found in five places, checked, each with where it came from.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/setting_value.h"

namespace kontor {

using Environment = std::map<std::string, std::string, std::less<>>;

struct ConfigInputs {
  // What the command line gave, by the setting's name; several texts for a repeated flag.
  std::map<std::string, std::vector<std::string>, std::less<>> flags = {};
  Environment environment = {};
  // From --config. Empty: KONTOR_CONFIG, or else kontor.toml in the data directory, if it exists.
  std::string config_path = {};
};

struct ConfigEntry {
  const Setting* setting = nullptr;
  SettingValue value;
  std::string origin;  // "flag --listen", "env KONTOR_LISTEN", "kontor.toml:3", "default", …
};

// Immutable. Asking for a name that is no setting, or is of another kind, is a bug (CHECKed).
class Config {
 public:
  // Single values as text.
  const std::string& text(std::string_view name) const;
  // Integers; 0 where the word ("off") was given.
  std::int64_t integer(std::string_view name) const;
  bool boolean(std::string_view name) const;
  const std::vector<std::string>& list(std::string_view name) const;
  const std::string& origin(std::string_view name) const { return entry(name).origin; }
  // All settings in the order of the table.
  std::span<const ConfigEntry> entries() const& { return entries_; }
  std::span<const ConfigEntry> entries() && = delete;  // would dangle
  // The file that was read; empty if there was none.
  const std::string& file() const { return file_; }
  // Where systemd puts credentials ($CREDENTIALS_DIRECTORY); empty if there are none.
  const std::string& credentials() const { return credentials_; }

 private:
  friend class ConfigLoader;
  const ConfigEntry& entry(std::string_view name) const;
  std::vector<ConfigEntry> entries_;
  std::string file_, credentials_;
};

// Flag, then KONTOR_NAME, then the file named by KONTOR_NAME_FILE, then the systemd credential
// kontor_<name>, then kontor.toml, then the built-in value. A variable that is set but empty
// counts as not set. Lists in variables and files are parted by commas or line feeds.
// Code::usage names the setting, where the value came from and what is allowed; with several
// mistakes, `fields` holds them all (pointer "/name"). Unknown keys of the file and unknown
// KONTOR_ variables are mistakes too, answered with the nearest name.
Result<Config> load_config(const ConfigInputs& inputs);

// Variables beginning with KONTOR_ that are no settings and are left alone: KONTOR_CONFIG, those
// of API clients (KONTOR_URL, KONTOR_TOKEN), those of the project's scripts and tests
// (KONTOR_BIN, KONTOR_BUILD_…, KONTOR_DEPS_…, KONTOR_DEBIAN_…, KONTOR_TIDY_…, KONTOR_TEST_…,
// KONTOR_BENCH_…, KONTOR_SHARED_…).
bool is_foreign_variable(std::string_view name);

}  // namespace kontor
