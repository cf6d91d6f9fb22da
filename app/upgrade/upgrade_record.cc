#include "upgrade/upgrade_record.h"

#include <unistd.h>

#include <array>
#include <cerrno>

#include "backup/durable_file.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "base/small_file.h"
#include "store/start_check.h"

namespace kontor::app {
namespace {

constexpr std::size_t k_most_bytes = 64 * 1024;
constexpr std::array<std::string_view, 4> k_stages = {"swapping", "starting", "done", "going_back"};

std::filesystem::path beside(const std::filesystem::path& program, const char* ending) {
  return program.string() + ending;
}

Error damaged(const std::filesystem::path& file) {
  return {.code = Code::verification_failed,
          .message = file.string() + ", the record of an upgrade, cannot be read.",
          .kind = "record_damaged",
          .hint = "see which of the programs beside it works (version), then remove the record"};
}

bool take(const Json& json, std::string_view name, std::string& target) {
  const Json* value = json.find(name);
  if (value == nullptr || value->string() == nullptr) return false;
  target = *value->string();
  return true;
}

bool take(const Json& json, std::string_view name, std::int64_t& target) {
  const Json* value = json.find(name);
  if (value == nullptr || value->integer() == nullptr) return false;
  target = *value->integer();
  return true;
}

bool take(const Json& json, std::string_view name, bool& target) {
  const Json* value = json.find(name);
  if (value == nullptr || value->boolean() == nullptr) return false;
  target = *value->boolean();
  return true;
}

bool take(const Json& json, UpgradeStage& stage) {
  std::string name;
  if (!take(json, "stage", name)) return false;
  for (std::size_t i = 0; i < k_stages.size(); ++i) {
    if (k_stages.at(i) != name) continue;
    stage = static_cast<UpgradeStage>(i);
    return true;
  }
  return false;
}

std::optional<UpgradeRecord> parsed(const Json& json) {
  UpgradeRecord record;
  const bool whole =
      take(json, record.stage) && take(json, "from", record.from) && take(json, "to", record.to) &&
      take(json, "data", record.data) && take(json, "backup", record.backup) &&
      take(json, "taken_at", record.taken_at) && take(json, "schema", record.schema) &&
      take(json, "unit", record.unit) && take(json, "restart", record.restart) &&
      take(json, "key_file", record.key_file) && take(json, "wait_s", record.wait_s) &&
      take(json, "is_wanted", record.is_wanted) && take(json, "stops", record.stops);
  if (!whole) return std::nullopt;
  return record;
}

}  // namespace

std::filesystem::path record_of(const std::filesystem::path& program) {
  return beside(program, ".upgrade");
}

std::filesystem::path previous_of(const std::filesystem::path& program) {
  return beside(program, ".prev");
}

std::filesystem::path fresh_of(const std::filesystem::path& program) {
  return beside(program, ".new");
}

std::filesystem::path log_of(const std::filesystem::path& program) {
  return beside(program, ".upgrade.log");
}

Result<std::optional<UpgradeRecord>> read_record(const std::filesystem::path& program) {
  const std::filesystem::path file = record_of(program);
  const auto text = read_small_file(file.string(), k_most_bytes);
  if (!text.ok() && text.error().code == Code::not_found) return std::optional<UpgradeRecord>();
  if (!text.ok()) return text.error();
  const auto json = parse_json(*text);
  if (!json.ok()) return damaged(file);
  auto record = parsed(*json);
  if (!record) return damaged(file);
  return record;
}

Result<void> write_record(const std::filesystem::path& program, const UpgradeRecord& record) {
  std::string text;
  JsonWriter out(text);
  out.begin_object().key("stage").string(k_stages.at(static_cast<std::size_t>(record.stage)));
  out.key("from").string(record.from).key("to").string(record.to);
  out.key("data").string(record.data).key("backup").string(record.backup);
  out.key("taken_at").string(record.taken_at).key("schema").integer(record.schema);
  out.key("unit").string(record.unit).key("restart").string(record.restart);
  out.key("key_file").string(record.key_file).key("wait_s").integer(record.wait_s);
  out.key("is_wanted").boolean(record.is_wanted);
  out.key("stops").boolean(record.stops).end_object();
  return backup::write_atomically(record_of(program), text);
}

Result<void> remove_record(const std::filesystem::path& program) {
  const std::filesystem::path file = record_of(program);
  if (::unlink(file.c_str()) != 0 && errno != ENOENT) {
    return backup::file_error(file, "cannot be removed");
  }
  return store::sync_folder(program.parent_path());
}

}  // namespace kontor::app
