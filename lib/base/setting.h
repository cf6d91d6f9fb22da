// What can be set: one table, from which flags, variables, the file's template, the reference and
// every check follow.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kontor {

enum class SettingKind {
  text,
  path,
  integer,  // min to max, or the word in `choices` ("off"), which stands for 0
  boolean,
  choice,     // one of `choices`, parted by "|"
  addresses,  // list of ADDR:PORT, [V6]:PORT or unix:PATH; at least one
  networks,   // list of addresses or CIDR blocks
  hosts,      // list of host names
  origins,    // list of scheme://host[:port]
  seal_keys,  // list of public keys (seal_key.h)
  targets,    // list of places for backups (backup_target.h)
  time_zone,
  time_of_day,  // HH:MM, or the word in `choices` ("off")
  currency,
  country,
};

struct Setting {
  std::string_view name;  // snake_case; --name-with-dashes, KONTOR_NAME and the TOML key
  SettingKind kind;
  std::string_view built_in;  // as one writes it in a variable
  std::string_view help;      // one sentence
  std::string_view choices = {};
  std::int64_t min = 0;
  std::int64_t max = 0;
  // Never shown by `config show` or in errors; has no flag, and may not stand in kontor.toml, which
  // is in every backup: a variable, a file that a variable names, or a credential of systemd.
  bool secret = false;
};

// In the order in which they are shown. Lives for ever.
std::span<const Setting> settings();

// nullptr if there is none.
const Setting* find_setting(std::string_view name);

bool is_list(const Setting& setting);

// Secrets have none, and `data` is a flag of all verbs.
bool has_setting_flag(const Setting& setting);

// "--log-level", "KONTOR_LOG_LEVEL".
std::string flag_name(const Setting& setting);
std::string variable_name(const Setting& setting);

// "debug, info, warn or error", "a number from 1 to 100, or off": for errors and the reference.
std::string allowed_values(const Setting& setting);

// A text that stands for several values: parted by commas or line feeds, trimmed, empties left out.
std::vector<std::string> split_list(std::string_view text);

}  // namespace kontor
