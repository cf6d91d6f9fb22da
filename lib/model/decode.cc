#include "model/decode.h"

#include <algorithm>

#include "base/limits.h"
#include "base/uuid.h"

namespace kontor::model {
namespace {

FieldError problem(std::string pointer, std::string code, std::string detail) {
  return {.pointer = std::move(pointer), .code = std::move(code), .detail = std::move(detail)};
}

bool writable(const Field& field, Mode mode, bool is_new) {
  if (field.write == Write::anytime) return true;
  return field.write == Write::on_create && (mode == Mode::create || is_new);
}

// A server-owned field in the input: fine if it says what the record says already.
void accept_unchanged(const Field& field, const Json& input, const Value& current,
                      const std::string& pointer, std::vector<FieldError>& errors) {
  Decoded decoded = from_json(field, input);
  if (!decoded.error && decoded.value == current) return;
  if (field.write == Write::computed && !decoded.error) return;
  const bool fixed = field.write == Write::on_create;
  errors.push_back(problem(pointer, "read_only",
                           fixed ? std::string(field.label) + " cannot be changed after creation."
                                 : std::string(field.label) + " is set by the server."));
}

// RFC 7396. As deep as JSON may nest, limits::json_depth.
void merge(Json& target, const Json& patch) {
  const JsonObject* members = patch.object();
  if (members == nullptr) {
    target = patch;
    return;
  }
  if (target.object() == nullptr) target = Json(JsonObject{});
  JsonObject& object = *target.object();
  for (const JsonMember& change : *members) {
    const auto same = [&](const JsonMember& member) { return member.first == change.first; };
    if (change.second.is_null()) {
      std::erase_if(object, same);
      continue;
    }
    auto member = std::find_if(object.begin(), object.end(), same);
    if (member == object.end()) member = object.insert(object.end(), {change.first, Json()});
    merge(member->second, change.second);
  }
}

// Custom fields are one value to the store, but members of an object to a patch.
Decoded from_patch(const Field& field, const Json& input, const Value& current) {
  const std::string* text = std::get_if<std::string>(&current);
  if (field.kind != Kind::custom || input.object() == nullptr || text == nullptr)
    return from_json(field, input);
  Result<Json> merged = parse_json(*text);
  if (!merged.ok()) return from_json(field, input);
  merge(*merged, input);
  return from_json(field, *merged);
}

void apply_field(const Field& field, const Json& input, Mode mode, Record& record,
                 std::size_t index, std::vector<FieldError>& errors, const std::string& pointer) {
  Value& value = record.values[index];
  if (!writable(field, mode, record.version == 0)) {
    accept_unchanged(field, input, value, pointer, errors);
    return;
  }
  Decoded decoded = from_patch(field, input, value);
  if (decoded.error) {
    decoded.error->pointer = pointer;
    errors.push_back(*std::move(decoded.error));
    return;
  }
  if (is_null(decoded.value) && field.required) {
    errors.push_back(
        problem(pointer, "required", std::string(field.label) + " must not be empty."));
    return;
  }
  if (is_null(decoded.value) && field.kind == Kind::tags) decoded.value = std::string("[]");
  if (is_null(decoded.value) && field.kind == Kind::custom) decoded.value = std::string("{}");
  value = std::move(decoded.value);
}

// "address": {...} → the fields address.*; null clears all of them.
bool apply_group(const Entity& entity, const JsonMember& member, Mode mode, Record& record,
                 std::vector<FieldError>& errors, const std::string& prefix) {
  const std::string group = member.first + ".";
  bool known = false;
  const std::string pointer = prefix + "/" + pointer_step(member.first);
  const JsonObject* object = member.second.object();
  for (std::size_t i = 0; i < entity.fields.size(); ++i) {
    const Field& field = entity.fields[i];
    if (!field.name.starts_with(group)) continue;
    known = true;
    const std::string_view leaf = field.name.substr(group.size());
    static const Json null;
    const Json* input = member.second.is_null() ? &null : member.second.find(leaf);
    if (input != nullptr) {
      apply_field(field, *input, mode, record, i, errors, pointer + "/" + std::string(leaf));
    }
  }
  if (!known) return false;
  if (object == nullptr && !member.second.is_null()) {
    errors.push_back(
        problem(pointer, "wrong_type",
                "Must be an object, not " + std::string(member.second.type_name()) + "."));
  }
  for (const JsonMember& leaf : object != nullptr ? *object : JsonObject{}) {
    if (find_field(entity, group + leaf.first)) continue;
    errors.push_back(problem(pointer + "/" + pointer_step(leaf.first), "unknown_field",
                             "There is no such field."));
  }
  return true;
}

// Members that every record shows and that are the server's: accepted when sent back unchanged.
bool is_record_member(std::string_view name) {
  constexpr std::string_view members[] = {"id",         "version",    "created_at",
                                          "updated_at", "created_by", "deleted_at"};
  return std::find(std::begin(members), std::end(members), name) != std::end(members);
}

void apply_record_member(const JsonMember& member, Record& record, std::vector<FieldError>& errors,
                         const std::string& prefix) {
  const std::string pointer = prefix + "/" + member.first;
  if (member.first != "id") return;
  const std::string* text = member.second.string();
  const auto id = text != nullptr ? Uuid::parse(*text) : std::nullopt;
  if (!id) {
    errors.push_back(problem(pointer, "wrong_type", "Must be a UUID as text."));
  } else if (record.version == 0 && record.id == Uuid{}) {
    record.id = *id;
  } else if (*id != record.id) {
    errors.push_back(problem(pointer, "read_only", "The id of a record cannot be changed."));
  }
}

Record line_base(const Entity& lines, const Json& input, const std::vector<Record>& old) {
  const Json* id = input.find("id");
  const std::string* text = id != nullptr ? id->string() : nullptr;
  const auto uuid = text != nullptr ? Uuid::parse(*text) : std::nullopt;
  if (uuid) {
    for (const Record& line : old)
      if (line.id == *uuid) return line;
  }
  return blank(lines);
}

void apply_lines(const Entity& entity, const Json& input, Record& record,
                 std::vector<FieldError>& errors, const std::string& pointer) {
  const JsonArray* array = input.array();
  if (array == nullptr && !input.is_null()) {
    errors.push_back(problem(pointer, "wrong_type",
                             "Must be an array, not " + std::string(input.type_name()) + "."));
    return;
  }
  if (array != nullptr && array->size() > limits::order_lines) {
    errors.push_back(
        problem(pointer, "too_long", "At most " + std::to_string(limits::order_lines) + " lines."));
    return;
  }
  std::vector<Record> lines;
  for (std::size_t i = 0; array != nullptr && i < array->size(); ++i) {
    const std::string at = pointer + "/" + std::to_string(i);
    Record line = line_base(*entity.lines, (*array)[i], record.lines);
    const Mode mode = line.id == Uuid{} ? Mode::create : Mode::patch;
    apply(*entity.lines, (*array)[i], mode, line, errors, at);
    lines.push_back(std::move(line));
  }
  record.lines = std::move(lines);
}

}  // namespace

void apply(const Entity& entity, const Json& input, Mode mode, Record& record,
           std::vector<FieldError>& errors, const std::string& prefix) {
  const JsonObject* object = input.object();
  if (object == nullptr) {
    errors.push_back(problem(prefix, "wrong_type",
                             "Must be an object, not " + std::string(input.type_name()) + "."));
    return;
  }
  for (const JsonMember& member : *object) {
    const std::string pointer = prefix + "/" + pointer_step(member.first);
    if (is_record_member(member.first)) {
      apply_record_member(member, record, errors, prefix);
    } else if (const auto index = find_field(entity, member.first);
               index && member.first.find('.') == std::string::npos) {
      apply_field(entity.fields[*index], member.second, mode, record, *index, errors, pointer);
    } else if (entity.lines != nullptr && member.first == "lines") {
      apply_lines(entity, member.second, record, errors, pointer);
    } else if (!apply_group(entity, member, mode, record, errors, prefix)) {
      errors.push_back(problem(pointer, "unknown_field", "There is no such field."));
    }
  }
}

void check_required(const Entity& entity, const Record& record, std::vector<FieldError>& errors,
                    const std::string& prefix) {
  for (std::size_t i = 0; i < entity.fields.size(); ++i) {
    const Field& field = entity.fields[i];
    if (!field.required || !is_null(record.values[i])) continue;
    const std::string pointer = prefix + pointer_of(field);
    const bool named = std::any_of(errors.begin(), errors.end(),
                                   [&](const FieldError& e) { return e.pointer == pointer; });
    if (!named)
      errors.push_back(problem(pointer, "required", std::string(field.label) + " is missing."));
  }
  for (std::size_t i = 0; i < record.lines.size(); ++i)
    check_required(*entity.lines, record.lines[i], errors, prefix + "/lines/" + std::to_string(i));
}

}  // namespace kontor::model
