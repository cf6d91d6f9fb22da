#include "base/setting_value.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/backup_target.h"
#include "base/currency.h"
#include "base/ip_network.h"
#include "base/phone.h"
#include "base/seal_key.h"
#include "base/time_zone.h"
#include "base/utf8.h"

namespace kontor {
namespace {

constexpr std::size_t k_value_bytes = 4096;  // PATH_MAX
constexpr std::size_t k_list_items = 100;

std::optional<std::int64_t> parse_number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool in_range(std::optional<std::int64_t> value, std::int64_t min, std::int64_t max) {
  return value && *value >= min && *value <= max;
}

bool is_ipv6(const std::string& text) {
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  return inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1;
}

bool is_host_name(std::string_view text) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '_';
  };
  return !text.empty() && text.size() <= 253 && text.front() != '-' && text.front() != '.' &&
         std::all_of(text.begin(), text.end(), allowed);
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// A name or an IPv4 address, or an IPv6 address in brackets.
bool is_host(std::string_view text) {
  if (!text.starts_with('[')) return is_host_name(text);
  return text.ends_with(']') && is_ipv6(std::string(text.substr(1, text.size() - 2)));
}

bool is_port(std::string_view text) { return in_range(parse_number(text), 0, 65'535); }

bool is_address(std::string_view text) {
  constexpr std::string_view unix_prefix = "unix:";
  constexpr std::size_t unix_path_max = 107;  // sockaddr_un, with its NUL
  if (text.starts_with(unix_prefix)) {
    const std::size_t path = text.size() - unix_prefix.size();
    return path > 0 && path <= unix_path_max;
  }
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return false;
  return is_host(text.substr(0, colon)) && is_port(text.substr(colon + 1));
}

bool is_origin(std::string_view text) {
  for (const std::string_view scheme : {"https://", "http://"}) {
    if (!text.starts_with(scheme)) continue;
    const std::string_view rest = text.substr(scheme.size());
    const std::size_t colon = rest.rfind(':');
    const bool has_port = colon != std::string_view::npos && !rest.ends_with(']');
    if (!has_port) return is_host(rest);
    return is_host(rest.substr(0, colon)) && is_port(rest.substr(colon + 1));
  }
  return false;
}

bool is_choice(std::string_view choices, const std::string& text) {
  const std::string all = "|" + std::string(choices) + "|";
  return text.find('|') == std::string::npos && all.find("|" + text + "|") != std::string::npos;
}

std::optional<bool> parse_boolean(std::string_view text) {
  for (const std::string_view yes : {"true", "yes", "on", "1"}) {
    if (text == yes) return true;
  }
  for (const std::string_view no : {"false", "no", "off", "0"}) {
    if (text == no) return false;
  }
  return std::nullopt;
}

bool is_allowed(const Setting& setting, const std::string& text, SettingValue& value) {
  switch (setting.kind) {
    case SettingKind::text:
    case SettingKind::path: return text.find('\0') == std::string::npos;
    case SettingKind::integer: {
      if (!setting.choices.empty() && text == setting.choices) return true;
      const auto number = parse_number(text);
      value.number = number.value_or(0);
      return in_range(number, setting.min, setting.max);
    }
    case SettingKind::boolean: {
      const auto boolean = parse_boolean(text);
      value.boolean = boolean.value_or(false);
      return boolean.has_value();
    }
    case SettingKind::choice: return is_choice(setting.choices, text);
    case SettingKind::addresses: return is_address(text);
    case SettingKind::networks: return IpNetwork::parse(text).has_value();
    case SettingKind::hosts: return is_host(text);
    case SettingKind::origins: return is_origin(text);
    case SettingKind::seal_keys: return PublicSealKey::parse(text).has_value();
    case SettingKind::targets: return BackupTarget::parse(text).has_value();
    case SettingKind::time_zone: return TimeZone::load(text).ok();
    case SettingKind::time_of_day:
      return text == setting.choices || parse_time_of_day(text).has_value();
    case SettingKind::currency: return currency_exponent(text).has_value();
    case SettingKind::country: return is_country(text);
  }
  return false;
}

}  // namespace

std::optional<int> parse_time_of_day(std::string_view text) {
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  for (const std::size_t at : {0U, 1U, 3U, 4U}) {
    if (!is_digit(text[at])) return std::nullopt;
  }
  const int hour = (text[0] - '0') * 10 + (text[1] - '0');
  const int minute = (text[3] - '0') * 10 + (text[4] - '0');
  if (hour > 23 || minute > 59) return std::nullopt;
  return hour * 60 + minute;
}

std::optional<SettingValue> check_setting(const Setting& setting, std::vector<std::string> items) {
  const bool needs_one = setting.kind == SettingKind::addresses;
  if (is_list(setting) ? items.size() > k_list_items : items.size() != 1) return std::nullopt;
  if (needs_one && items.empty()) return std::nullopt;
  SettingValue value;
  for (const std::string& item : items) {
    if (item.size() > k_value_bytes || !is_utf8(item)) return std::nullopt;
    if (!is_allowed(setting, item, value)) return std::nullopt;
  }
  value.items = std::move(items);
  return value;
}

}  // namespace kontor
