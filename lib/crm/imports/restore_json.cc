// JSON lines of a whole export.
#include "base/json.h"
#include "base/limits.h"
#include "crm/imports/formats/line_reader.h"
#include "crm/imports/restore_reader.h"
#include "model/decode.h"

namespace kontor::crm {
namespace {

using model::Entity;
using model::Record;

// An order of 500 lines with every text at its longest.
constexpr std::size_t k_line_bytes = 4 * limits::csv_row_bytes;

// The next line as an object; nullopt at the end of the file.
class Objects {
 public:
  explicit Objects(std::istream& file) : lines_(file, k_line_bytes) {}

  Result<std::optional<Json>> next() {
    const auto line = lines_.next();
    if (!line) return std::optional<Json>();
    number_ = line->number;
    if (line->cut) return bad_record("", "The line is too long.");
    auto json = parse_json(line->text);
    if (!json.ok()) return bad_record("", json.error().message);
    if (json->object() == nullptr) return bad_record("", "The line is no JSON object.");
    return std::optional<Json>(*std::move(json));
  }

  std::int64_t number() const { return number_; }

 private:
  LineReader lines_;
  std::int64_t number_ = 0;
};

Result<void> set_value(const Entity& entity, std::size_t index, const Json& value, Record& record) {
  const model::Field& field = entity.fields[index];
  if (field.write == model::Write::computed) return {};
  const bool never_null = field.kind == model::Kind::tags || field.kind == model::Kind::custom;
  if (never_null && value.is_null()) return {};
  model::Decoded decoded = model::from_json(field, value);
  if (decoded.error) return bad_record(field.name, decoded.error->detail);
  record.values[index] = std::move(decoded.value);
  return {};
}

std::string text_of(const Json& value) {
  if (value.string() != nullptr) return *value.string();
  return value.is_null() ? "" : to_text(value);
}

Result<void> set_member(const Entity& entity, const std::string& name, const Json& value,
                        Record& record);

Result<void> set_lines(const Entity& lines, const Json& value, Record& record) {
  if (value.array() == nullptr) return bad_record("lines", "Must be an array.");
  for (const Json& json : *value.array()) {
    if (json.object() == nullptr) return bad_record("lines", "Must be an array of objects.");
    Record line = model::blank(lines);
    for (const auto& [name, member] : *json.object()) TRY(set_member(lines, name, member, line));
    if (line.id == Uuid{}) return bad_record("lines", "A line has no id.");
    record.lines.push_back(std::move(line));
  }
  return {};
}

Result<void> set_member(const Entity& entity, const std::string& name, const Json& value,
                        Record& record) {
  if (const auto field = model::find_field(entity, name))
    return set_value(entity, *field, value, record);
  if (name == "lines" && entity.lines != nullptr) return set_lines(*entity.lines, value, record);
  if (value.object() != nullptr) {
    for (const auto& [part, member] : *value.object()) {
      std::string path = name;
      path.append(".").append(part);
      TRY(set_member(entity, path, member, record));
    }
    return {};
  }
  const bool known = TRY(set_metadata(record, name, text_of(value)));
  if (!known) return bad_record(name, "There is no such field here.");
  return {};
}

class JsonRecords final : public RestoreReader {
 public:
  JsonRecords(std::istream& file, const Entity& entity) : objects_(file), entity_(entity) {}

  Result<bool> next(Record& record) override {
    const auto json = TRY(objects_.next());
    if (!json) return false;
    record = model::blank(entity_);
    TRY(set_created_by(""));
    for (const auto& [name, value] : *json->object()) {
      if (name == "created_by") {
        TRY(set_created_by(text_of(value)));
      } else {
        TRY(set_member(entity_, name, value, record));
      }
    }
    TRY(check_metadata(record));
    return true;
  }

  std::int64_t line() const override { return objects_.number(); }

 private:
  Objects objects_;
  const Entity& entity_;
};

class JsonNames final : public RestoredNames {
 public:
  explicit JsonNames(std::istream& file) : objects_(file) {}

  Result<bool> next(RestoredName& name) override {
    const auto json = TRY(objects_.next());
    if (!json) return false;
    TRY(take(*json, "collection", name.collection));
    TRY(take(*json, "system", name.system));
    TRY(take(*json, "key", name.key));
    TRY(take(*json, "id", name.id));
    return true;
  }

  std::int64_t line() const override { return objects_.number(); }

 private:
  static Result<void> take(const Json& json, std::string_view member, std::string& text) {
    const Json* value = json.find(member);
    if (value == nullptr || value->string() == nullptr) return bad_record(member, "Is missing.");
    text = *value->string();
    return {};
  }

  Objects objects_;
};

}  // namespace

std::unique_ptr<RestoreReader> open_restored_json(std::istream& file, const Entity& entity) {
  return std::make_unique<JsonRecords>(file, entity);
}

std::unique_ptr<RestoredNames> open_restored_json_names(std::istream& file) {
  return std::make_unique<JsonNames>(file);
}

}  // namespace kontor::crm
