#include "backup/standby_record.h"

#include <charconv>

#include "backup/durable_file.h"
#include "base/civil.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "base/small_file.h"

namespace kontor::backup {
namespace {

constexpr std::size_t k_record_bytes = 8192;

std::filesystem::path record_of(const std::filesystem::path& data) { return data / "standby.json"; }

std::string text_in(const Json& json, std::string_view name) {
  const Json* value = json.find(name);
  return value != nullptr && value->string() != nullptr ? *value->string() : std::string();
}

std::uint64_t number_in(const Json& json, std::string_view name) {
  const Json* value = json.find(name);
  const bool is_number = value != nullptr && value->integer() && *value->integer() > 0;
  return is_number ? static_cast<std::uint64_t>(*value->integer()) : 0;
}

std::int64_t instant_in(const Json& json, std::string_view name) {
  return parse_instant(text_in(json, name)).value_or(0);
}

void write_instant(JsonWriter& out, std::string_view name, std::int64_t ms) {
  out.key(name);
  if (ms != 0) out.string(format_instant(ms));
  else out.null();
}

std::string digits_of(const Sha256& hash) {
  constexpr std::string_view k_digits = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : hash) text.append({k_digits[byte >> 4], k_digits[byte & 15]});
  return text;
}

std::optional<Sha256> hash_of_digits(const std::string& text) {
  Sha256 hash{};
  if (text.size() != 2 * hash.size()) return std::nullopt;
  for (std::size_t at = 0; at < hash.size(); ++at) {
    const char* begin = text.data() + 2 * at;
    if (std::from_chars(begin, begin + 2, hash[at], 16).ptr != begin + 2) return std::nullopt;
  }
  return hash;
}

Error damaged_record(const std::filesystem::path& file) {
  return {.code = Code::verification_failed,
          .message = file.string() + ", the record of a standby, cannot be read.",
          .kind = "record_damaged",
          .hint = "begin the standby anew in an empty directory: kontor standby --from TARGET"};
}

}  // namespace

Result<std::optional<StandbyRecord>> read_standby_record(const std::filesystem::path& data) {
  const std::filesystem::path file = record_of(data);
  auto text = read_small_file(file.string(), k_record_bytes);
  if (!text.ok() && text.error().code == Code::not_found) return std::optional<StandbyRecord>();
  if (!text.ok()) return std::move(text).error();
  const auto json = parse_json(*text);
  if (!json.ok() || json->object() == nullptr) return damaged_record(file);
  StandbyRecord record{
      .from = text_in(*json, "from"),
      .epoch = text_in(*json, "epoch"),
      .place = {.sequence = number_in(*json, "sequence"), .commit = number_in(*json, "commit")},
      .as_of_ms = instant_in(*json, "as_of"),
      .since_ms = instant_in(*json, "since"),
      .promoted_ms = instant_in(*json, "promoted_at")};
  const auto hash = hash_of_digits(text_in(*json, "hash"));
  if (hash) record.place.hash = *hash;
  if (!hash || record.from.empty()) return damaged_record(file);
  return std::optional<StandbyRecord>(std::move(record));
}

Result<void> write_standby_record(const std::filesystem::path& data, const StandbyRecord& record) {
  std::string text;
  JsonWriter out(text);
  out.begin_object().key("from").string(record.from).key("epoch").string(record.epoch);
  out.key("sequence").integer(static_cast<std::int64_t>(record.place.sequence));
  out.key("commit").integer(static_cast<std::int64_t>(record.place.commit));
  out.key("hash").string(digits_of(record.place.hash));
  write_instant(out, "as_of", record.as_of_ms);
  write_instant(out, "since", record.since_ms);
  write_instant(out, "promoted_at", record.promoted_ms);
  out.end_object();
  return write_atomically(record_of(data), text + "\n");
}

Result<void> refuse_standby(const std::filesystem::path& data) {
  const auto record = TRY(read_standby_record(data));
  if (!record || !record->is_standby()) return {};
  return Error{.code = Code::conflict,
               .message = data.string() + " is a standby of " + record->from +
                          ": nothing but what is committed there may be written to it.",
               .kind = "standby",
               .hint = "kontor standby goes on with it; if that server is lost: kontor promote"};
}

}  // namespace kontor::backup
