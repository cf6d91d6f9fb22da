#include "backup/manifest.h"

#include <algorithm>
#include <set>

#include "base/civil.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "base/sha256.h"

namespace kontor::backup {
namespace {

constexpr std::size_t k_path_bytes = 200;
constexpr std::int64_t k_largest = std::int64_t{1} << 46;  // 64 TiB: sums stay far from overflow

Error wrong(const std::string& what) {
  return {.code = Code::verification_failed,
          .message = "The manifest of the backup is not one: " + what + ".",
          .kind = "manifest_damaged"};
}

bool is_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

bool is_digest(std::string_view text) {
  return text.size() == 64 && std::all_of(text.begin(), text.end(), is_hex);
}

bool is_path_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '-' || c == '_' || c == '/';
}

Result<const Json*> member(const Json& object, std::string_view name) {
  const Json* value = object.find(name);
  if (value == nullptr) return wrong(std::string(name) + " is missing");
  return value;
}

Result<std::string> text(const Json& object, std::string_view name) {
  const Json* value = TRY(member(object, name));
  if (value->string() == nullptr) return wrong(std::string(name) + " is no text");
  return *value->string();
}

Result<std::string> digest(const Json& object, std::string_view name) {
  std::string value = TRY(text(object, name));
  if (!is_digest(value)) return wrong(std::string(name) + " is no SHA-256");
  return value;
}

Result<std::int64_t> count(const Json& object, std::string_view name) {
  const Json* value = TRY(member(object, name));
  if (value->integer() == nullptr || *value->integer() < 0 || *value->integer() > k_largest) {
    return wrong(std::string(name) + " is no count");
  }
  return *value->integer();
}

Result<const JsonArray*> list(const Json& object, std::string_view name) {
  const Json* value = TRY(member(object, name));
  if (value->array() == nullptr) return wrong(std::string(name) + " is no list");
  return value->array();
}

Result<std::vector<TableDigest>> parse_tables(const Json& object) {
  std::vector<TableDigest> tables;
  for (const Json& item : *TRY(list(object, "tables"))) {
    TableDigest table;
    table.name = TRY(text(item, "name"));
    table.rows = TRY(count(item, "rows"));
    table.sha256 = TRY(digest(item, "sha256"));
    tables.push_back(std::move(table));
  }
  return tables;
}

Result<std::vector<FileDigest>> parse_files(const Json& object) {
  std::vector<FileDigest> files;
  std::set<std::string> seen;
  std::int64_t total = 0;
  for (const Json& item : *TRY(list(object, "files"))) {
    FileDigest file;
    file.path = TRY(text(item, "path"));
    file.bytes = TRY(count(item, "bytes"));
    file.sha256 = TRY(digest(item, "sha256"));
    if (!is_allowed_path(file.path)) return wrong("it names a file that no backup holds");
    if (!seen.insert(file.path).second) return wrong("it names " + file.path + " twice");
    total += file.bytes;
    if (total > k_largest) return wrong("its files are larger than any disk");
    files.push_back(std::move(file));
  }
  if (files.empty() || files.front().path != "kontor.db")
    return wrong("it begins without a database");
  return files;
}

Result<std::vector<std::string>> parse_left_out(const Json& object) {
  std::vector<std::string> names;
  for (const Json& item : *TRY(list(object, "left_out"))) {
    if (item.string() == nullptr) return wrong("left_out holds what is no text");
    names.push_back(*item.string());
  }
  return names;
}

Result<Contents> parse_contents(const Json& json) {
  Contents contents;
  contents.schema_version = TRY(count(json, "schema_version"));
  contents.schema_sha256 = TRY(digest(json, "schema_sha256"));
  contents.tables = TRY(parse_tables(json));
  return contents;
}

// Backups from before there was a chain do not speak of it.
Result<std::optional<ChainHead>> parse_audit(const Json& json) {
  const Json* value = json.find("audit");
  if (value == nullptr || value->is_null()) return std::optional<ChainHead>();
  if (value->object() == nullptr) return wrong("audit is no object");
  ChainHead head;
  head.seq = TRY(count(*value, "seq"));
  head.sha256 = TRY(digest(*value, "sha256"));
  return std::optional(std::move(head));
}

Result<std::int64_t> parse_time(const Json& json) {
  const auto at = parse_instant(TRY(text(json, "taken_at")));
  if (!at) return wrong("taken_at is no time");
  return *at;
}

Result<void> check_format(const Json& json) {
  const std::int64_t format = TRY(count(json, "format"));
  if (format == k_format) return {};
  if (format < k_format) return wrong("there is no format " + std::to_string(format));
  return Error{.code = Code::newer_schema,
               .message = "The backup has format " + std::to_string(format) +
                          ", this program knows formats up to " + std::to_string(k_format) + ".",
               .kind = "newer_format",
               .hint = "use the program that made it, or a newer one"};
}

void write_audit(JsonWriter& out, const std::optional<ChainHead>& head) {
  if (!head) return;
  out.key("audit").begin_object().key("seq").integer(head->seq);
  out.key("sha256").string(head->sha256).end_object();
}

void write_tables(JsonWriter& out, const std::vector<TableDigest>& tables) {
  out.key("tables").begin_array();
  for (const TableDigest& table : tables) {
    out.begin_object().key("name").string(table.name).key("rows").integer(table.rows);
    out.key("sha256").string(table.sha256).end_object();
  }
  out.end_array();
}

void write_files(JsonWriter& out, const std::vector<FileDigest>& files) {
  out.key("files").begin_array();
  for (const FileDigest& file : files) {
    out.begin_object().key("path").string(file.path).key("bytes").integer(file.bytes);
    out.key("sha256").string(file.sha256).end_object();
  }
  out.end_array();
}

}  // namespace

std::int64_t Contents::rows() const {
  std::int64_t sum = 0;
  for (const TableDigest& table : tables) sum += table.rows;
  return sum;
}

bool Manifest::has_master_key() const {
  return std::any_of(files.begin(), files.end(),
                     [](const FileDigest& file) { return file.path == k_master_key; });
}

std::int64_t Manifest::bytes() const {
  std::int64_t sum = 0;
  for (const FileDigest& file : files) sum += file.bytes;
  return sum;
}

bool is_allowed_path(std::string_view path) {
  if (path == "kontor.db" || path == "kontor.toml" || path == k_master_key) return true;
  if (!path.starts_with("files/") || path.ends_with('/') || path.size() > k_path_bytes)
    return false;
  if (!std::all_of(path.begin(), path.end(), is_path_character)) return false;
  return path.find("/.") == std::string_view::npos && path.find("//") == std::string_view::npos;
}

std::string to_json(const Manifest& manifest) {
  std::string text;
  JsonWriter out(text);
  out.begin_object().key("format").integer(manifest.format);
  out.key("id").string(manifest.id).key("program").string(manifest.program);
  out.key("taken_at").string(format_instant(manifest.taken_at_ms));
  out.key("reason").string(manifest.reason);
  out.key("schema_version").integer(manifest.contents.schema_version);
  out.key("schema_sha256").string(manifest.contents.schema_sha256);
  out.key("page_bytes").integer(manifest.page_bytes).key("pages").integer(manifest.pages);
  out.key("rows").integer(manifest.contents.rows());
  write_audit(out, manifest.audit);
  write_tables(out, manifest.contents.tables);
  write_files(out, manifest.files);
  out.key("left_out").begin_array();
  for (const std::string& name : manifest.left_out) out.string(name);
  out.end_array().end_object();
  return text;
}

Result<Manifest> parse_manifest(std::string_view source) {
  const auto parsed = parse_json(source);
  if (!parsed.ok()) return wrong(parsed.error().message);
  const Json& json = *parsed;
  if (json.object() == nullptr) return wrong("it is no object");
  TRY(check_format(json));
  Manifest manifest;
  manifest.id = TRY(text(json, "id"));
  manifest.program = TRY(text(json, "program"));
  manifest.reason = TRY(text(json, "reason"));
  manifest.taken_at_ms = TRY(parse_time(json));
  manifest.page_bytes = TRY(count(json, "page_bytes"));
  manifest.pages = TRY(count(json, "pages"));
  manifest.contents = TRY(parse_contents(json));
  manifest.audit = TRY(parse_audit(json));
  manifest.files = TRY(parse_files(json));
  manifest.left_out = TRY(parse_left_out(json));
  return manifest;
}

std::string checksums(std::string_view manifest_text, const Manifest& manifest) {
  std::string out = sha256_hex(manifest_text) + "  manifest.json\n";
  for (const FileDigest& file : manifest.files) out += file.sha256 + "  " + file.path + "\n";
  return out;
}

}  // namespace kontor::backup
