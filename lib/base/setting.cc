#include "base/setting.h"

#include <algorithm>
#include <array>

#include "base/fold.h"

namespace kontor {
namespace {

constexpr std::int64_t k_day_seconds = 86'400;
constexpr std::int64_t k_year_seconds = 366 * k_day_seconds;

constexpr auto k_settings = std::to_array<Setting>({
    {.name = "listen",
     .kind = SettingKind::addresses,
     .built_in = "127.0.0.1:8080",
     .help = "Where the server listens."},
    {.name = "data",
     .kind = SettingKind::path,
     .built_in = "kontor-data",
     .help = "The data directory: database, files, backups, keys and this configuration."},
    {.name = "organisation",
     .kind = SettingKind::text,
     .built_in = "",
     .help = "The organisation's name as it stands in the window and on documents."},
    {.name = "timezone",
     .kind = SettingKind::time_zone,
     .built_in = "UTC",
     .help = "The zone that decides what today is, where months end, and the year in numbers."},
    {.name = "currency",
     .kind = SettingKind::currency,
     .built_in = "USD",
     .help = "The currency of new products and documents."},
    {.name = "default_country",
     .kind = SettingKind::country,
     .built_in = "US",
     .help = "The country of telephone numbers that are written without one."},
    {.name = "tls_cert",
     .kind = SettingKind::path,
     .built_in = "",
     .help = "Certificate chain in PEM; with tls_key the server speaks HTTPS itself."},
    {.name = "tls_key",
     .kind = SettingKind::path,
     .built_in = "",
     .help = "Private key in PEM that belongs to tls_cert."},
    {.name = "trusted_proxies",
     .kind = SettingKind::networks,
     .built_in = "",
     .help = "Proxies whose X-Forwarded-For and X-Forwarded-Proto are believed."},
    {.name = "allowed_hosts",
     .kind = SettingKind::hosts,
     .built_in = "",
     .help =
         "Host names the server answers to; empty means loopback names and the listen address."},
    {.name = "cors_origins",
     .kind = SettingKind::origins,
     .built_in = "",
     .help = "Origins of other web pages that may call the API from a browser."},
    {.name = "rate_limit",
     .kind = SettingKind::integer,
     .built_in = "100",
     .help = "Requests a minute for each token, user and address.",
     .choices = "off",
     .min = 1,
     .max = 1'000'000},
    {.name = "session_idle_s",
     .kind = SettingKind::integer,
     .built_in = "3600",
     .help = "Seconds without a request after which a browser has to sign in again.",
     .min = 1,
     .max = k_year_seconds},
    {.name = "session_absolute_s",
     .kind = SettingKind::integer,
     .built_in = "43200",
     .help = "Seconds after which a browser has to sign in again, whatever it does.",
     .min = 1,
     .max = k_year_seconds},
    {.name = "session_max",
     .kind = SettingKind::integer,
     .built_in = "3",
     .help = "Sessions a user may have at the same time; the oldest ends first.",
     .min = 1,
     .max = 1000},
    {.name = "lockout_failures",
     .kind = SettingKind::integer,
     .built_in = "5",
     .help = "Failed sign-ins in a row after which an account is locked for a while.",
     .min = 1,
     .max = 100},  // NIST SP 800-63B 3.2.2 allows at most 100
    {.name = "lockout_s",
     .kind = SettingKind::integer,
     .built_in = "900",
     .help = "Seconds for which an account stays locked.",
     .min = 1,
     .max = k_day_seconds},
    {.name = "password_min_chars",
     .kind = SettingKind::integer,
     .built_in = "15",
     .help = "Characters that are enough for a password, whichever they are.",
     .min = 8,
     .max = 64},
    {.name = "password_mixed_min_chars",
     .kind = SettingKind::integer,
     .built_in = "12",
     .help =
         "Characters that are enough if small and capital letters, digits and symbols are among "
         "them; as many as password_min_chars: no such exception.",
     .min = 8,
     .max = 64},
    {.name = "password_max_bytes",
     .kind = SettingKind::integer,
     .built_in = "256",
     .help = "Bytes a password may have; nothing is ever cut off.",
     .min = 64,
     .max = 4096},
    {.name = "password_history",
     .kind = SettingKind::integer,
     .built_in = "5",
     .help = "How many of a user's last passwords cannot be taken again.",
     .choices = "off",
     .min = 1,
     .max = 24},
    {.name = "password_memory_kib",
     .kind = SettingKind::integer,
     .built_in = "47104",
     .help = "Memory of one argon2id hash, two of which are made at a time. More makes guessing "
             "dearer and signing in slower.",
     .min = 19'456,  // OWASP's floor, with two passes
     .max = 1'048'576},
    {.name = "password_passes",
     .kind = SettingKind::integer,
     .built_in = "1",
     .help = "Passes of one argon2id hash over its memory.",
     .min = 1,
     .max = 10},
    {.name = "require_totp",
     .kind = SettingKind::choice,
     .built_in = "off",
     .help = "Who must have a second factor: nobody, those who manage users or settings, or all.",
     .choices = "off|admins|all"},
    {.name = "token_days",
     .kind = SettingKind::integer,
     .built_in = "90",
     .help = "Days after which an API token expires that does not say when.",
     .min = 1,
     .max = 3660},
    {.name = "token_days_max",
     .kind = SettingKind::integer,
     .built_in = "366",
     .help = "Days that an API token may live at most.",
     .min = 1,
     .max = 3660},
    {.name = "require_if_match",
     .kind = SettingKind::boolean,
     .built_in = "false",
     .help = "Refuse changes through the API that do not say which version they change."},
    {.name = "server_timing",
     .kind = SettingKind::boolean,
     .built_in = "false",
     .help = "Tell programs on this machine, in a Server-Timing header, where the time went."},
    {.name = "page_checksums",
     .kind = SettingKind::boolean,
     .built_in = "false",
     .help = "Build the database anew with a checksum in each page, at the next start, if it has "
             "none. It keeps them from then on."},
    {.name = "archive",
     .kind = SettingKind::choice,
     .built_in = "on",
     .help = "Keep all that is committed in archive/ within a second, so that any second of the "
             "last days can be restored.",
     .choices = "on|off"},
    {.name = "archive_seconds_days",
     .kind = SettingKind::integer,
     .built_in = "1",
     .help = "For how many days back every second can be restored.",
     .min = 1,
     .max = 366},
    {.name = "archive_minutes_days",
     .kind = SettingKind::integer,
     .built_in = "7",
     .help = "For how many days back every full five minutes can be restored.",
     .min = 1,
     .max = 366},
    {.name = "archive_hours_days",
     .kind = SettingKind::integer,
     .built_in = "30",
     .help = "For how many days back every full hour can be restored; what is older goes at night.",
     .min = 1,
     .max = 3660},
    {.name = "backup_at",
     .kind = SettingKind::time_of_day,
     .built_in = "03:00",
     .help = "When the server makes and proves a backup each night, by timezone; off: never.",
     .choices = "off"},
    {.name = "backup_keep",
     .kind = SettingKind::integer,
     .built_in = "7",
     .help = "How many of the newest backups the nightly one leaves, beside its usual ones.",
     .min = 1,
     .max = 1000},
    {.name = "backup_recipients",
     .kind = SettingKind::seal_keys,
     .built_in = "",
     .help = "Public keys that backups are sealed for; `kontor backup key create` makes one."},
    {.name = "backup_passphrase",
     .kind = SettingKind::text,
     .built_in = "",
     .help = "A passphrase that backups are sealed for, too; of several lines the first one, and "
             "the others open older backups.",
     .secret = true},
    {.name = "backup_key",
     .kind = SettingKind::text,
     .built_in = "",
     .help = "Secret keys with which this machine opens sealed backups, one a line; without one it "
             "makes them and cannot prove them.",
     .secret = true},
    {.name = "backup_sealing",
     .kind = SettingKind::choice,
     .built_in = "auto",
     .help = "auto seals if there is a recipient or a passphrase, and refuses to go back to plain "
             "backups; required refuses to start without one; off never seals.",
     .choices = "auto|required|off"},
    {.name = "backup_targets",
     .kind = SettingKind::targets,
     .built_in = "",
     .help = "Where each new backup is copied to."},
    {.name = "s3_endpoint",
     .kind = SettingKind::text,
     .built_in = "",
     .help =
         "The address of the S3 service of s3:// targets, such as https://minio.example.com:9000; "
         "empty: Amazon's in s3_region."},
    {.name = "s3_region",
     .kind = SettingKind::text,
     .built_in = "us-east-1",
     .help = "The region that requests to S3 are signed for."},
    {.name = "s3_path_style",
     .kind = SettingKind::boolean,
     .built_in = "true",
     .help = "Whether the bucket stands in the path of the address; false: before its host."},
    {.name = "s3_ca_file",
     .kind = SettingKind::path,
     .built_in = "",
     .help =
         "A PEM file with the certificate authorities that the S3 service is checked by; empty: "
         "the system's."},
    {.name = "s3_access_key",
     .kind = SettingKind::text,
     .built_in = "",
     .help = "The id of the key for s3:// targets; one that may only add objects will do."},
    {.name = "s3_secret_key",
     .kind = SettingKind::text,
     .built_in = "",
     .help = "The secret that belongs to s3_access_key.",
     .secret = true},
    {.name = "backup_target_timeout_s",
     .kind = SettingKind::integer,
     .built_in = "3600",
     .help = "Seconds that it may take to bring one file to a target.",
     .min = 10,
     .max = k_day_seconds},
    {.name = "log_format",
     .kind = SettingKind::choice,
     .built_in = "auto",
     .help = "How events are written; auto is text on a terminal and JSON elsewhere.",
     .choices = "auto|text|json"},
    {.name = "log_level",
     .kind = SettingKind::choice,
     .built_in = "info",
     .help = "The least important events that are still written.",
     .choices = "debug|info|warn|error"},
    {.name = "log_file",
     .kind = SettingKind::path,
     .built_in = "",
     .help = "The log's file; without one events go to stderr."},
    {.name = "log_file_bytes",
     .kind = SettingKind::integer,
     .built_in = "104857600",
     .help = "A log file of this size is put aside, and compressed.",
     .choices = "off",
     .min = 4096,
     .max = 1'000'000'000'000},
    {.name = "log_file_hours",
     .kind = SettingKind::integer,
     .built_in = "24",
     .help = "A log file of this age is put aside, and compressed.",
     .choices = "off",
     .min = 1,
     .max = 87'600},
    {.name = "log_file_keep",
     .kind = SettingKind::integer,
     .built_in = "14",
     .help = "Old log files that are kept.",
     .min = 1,
     .max = 10'000},
});

std::string spelt(std::string_view name, char from, char to) {
  std::string out(name);
  std::replace(out.begin(), out.end(), from, to);
  return out;
}

std::string joined_choices(std::string_view choices) {
  std::string out;
  for (std::size_t at = 0; at <= choices.size();) {
    const std::size_t end = std::min(choices.find('|', at), choices.size());
    if (at > 0) out += end == choices.size() ? " or " : ", ";
    out += choices.substr(at, end - at);
    at = end + 1;
  }
  return out;
}

std::string allowed_numbers(const Setting& setting) {
  std::string out =
      "a number from " + std::to_string(setting.min) + " to " + std::to_string(setting.max);
  if (!setting.choices.empty()) out.append(", or ").append(setting.choices);
  return out;
}

}  // namespace

std::span<const Setting> settings() { return k_settings; }

const Setting* find_setting(std::string_view name) {
  const auto found = std::find_if(k_settings.begin(), k_settings.end(),
                                  [&](const Setting& setting) { return setting.name == name; });
  return found == k_settings.end() ? nullptr : &*found;
}

bool is_list(const Setting& setting) {
  switch (setting.kind) {
    case SettingKind::addresses:
    case SettingKind::networks:
    case SettingKind::hosts:
    case SettingKind::origins:
    case SettingKind::seal_keys:
    case SettingKind::targets: return true;
    default: return false;
  }
}

bool has_setting_flag(const Setting& setting) { return setting.name != "data" && !setting.secret; }

std::string flag_name(const Setting& setting) { return "--" + spelt(setting.name, '_', '-'); }

std::string variable_name(const Setting& setting) {
  std::string out = "KONTOR_";
  for (const char c : setting.name) {
    out.push_back(c >= 'a' && c <= 'z' ? static_cast<char>(c - ('a' - 'A')) : c);
  }
  return out;
}

std::string allowed_values(const Setting& setting) {
  switch (setting.kind) {
    case SettingKind::text: return "a text";
    case SettingKind::path: return "a path";
    case SettingKind::integer: return allowed_numbers(setting);
    case SettingKind::boolean: return "true or false";
    case SettingKind::choice: return joined_choices(setting.choices);
    case SettingKind::addresses:
      return "ADDRESS:PORT, [IPv6]:PORT or unix:PATH of at most 107 bytes, one or several";
    case SettingKind::networks: return "IP addresses or blocks such as 10.0.0.0/8";
    case SettingKind::hosts: return "host names such as crm.example.com";
    case SettingKind::origins: return "origins such as https://shop.example.com";
    case SettingKind::seal_keys: return "public keys such as `kontor backup key create` prints";
    case SettingKind::targets:
      return "dir:/FOLDER on another disk, s3://BUCKET/PREFIX with a bucket of 3 to 63 small "
             "letters, digits, dots and hyphens, or exec:COMMAND, which gets the backup on its "
             "standard input; one or several";
    case SettingKind::time_zone: return "a time zone such as Asia/Ho_Chi_Minh";
    case SettingKind::time_of_day: return "a time of day such as 03:00, or off";
    case SettingKind::currency: return "a currency code of ISO 4217 such as VND";
    case SettingKind::country: return "a country code of ISO 3166 such as VN";
  }
  return {};
}

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> items;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find_first_of(",\n", at), text.size());
    const std::string_view item = trim(text.substr(at, end - at));
    if (!item.empty()) items.emplace_back(item);
    at = end + 1;
  }
  return items;
}

}  // namespace kontor
