#include "crm/exports/personal_export.h"

#include <algorithm>
#include <span>

#include "base/civil.h"
#include "base/json_writer.h"
#include "base/sha256.h"
#include "base/zip_writer.h"
#include "crm/exports/export_rows.h"
#include "model/registry.h"

namespace kontor::crm {
namespace {

using model::Entity;
using store::Statement;

constexpr std::size_t k_piece_bytes = 64 * 1024;
// SQLite's limit of parameters is far above; the statement's text stays small.
constexpr std::size_t k_ids_at_once = 200;

// The entries of the archive, with what the manifest says of them.
class Archive {
 public:
  explicit Archive(const std::function<Result<void>(std::string_view)>& write) : write_(write) {}

  void begin(std::string name) {
    files_.push_back({.name = std::move(name)});
    hash_ = Sha256Stream();
    zip_.begin(out_, files_.back().name);
  }
  Result<void> add(std::string_view bytes) {
    zip_.write(out_, bytes);
    hash_.add(bytes);
    files_.back().bytes += static_cast<std::int64_t>(bytes.size());
    return out_.size() < k_piece_bytes ? Result<void>() : flush();
  }
  Result<void> end() {
    zip_.end(out_);
    files_.back().sha256 = hash_.hex();
    return flush();
  }
  Result<void> finish() {
    TRY(zip_.finish(out_));
    return flush();
  }
  void write_files(JsonWriter& out) const {
    out.key("files").begin_array();
    for (const File& file : files_) {
      out.begin_object().key("file").string(file.name).key("bytes").integer(file.bytes);
      out.key("sha256").string(file.sha256).end_object();
    }
    out.end_array();
  }

 private:
  struct File {
    std::string name;
    std::int64_t bytes = 0;
    std::string sha256{};
  };
  Result<void> flush() {
    TRY(write_(out_));
    out_.clear();
    return {};
  }

  const std::function<Result<void>(std::string_view)>& write_;
  ZipWriter zip_;
  Sha256Stream hash_;
  std::string out_;
  std::vector<File> files_;
};

class Export {
 public:
  Export(store::ReadTx& tx, const PersonRecord& person,
         const std::function<Result<void>(std::string_view)>& write)
      : tx_(tx), person_(person), records_(records_of_person(tx, person)), archive_(write) {}

  Result<PersonalExport> run(std::int64_t now_ms, std::string_view program) {
    archive_.begin("data.json");
    TRY(write_data(now_ms, program));
    TRY(archive_.end());
    for (const Entity* entity : model::entities()) TRY(write_table(*entity));
    const std::string told = manifest(now_ms, program);  // without itself
    archive_.begin("manifest.json");
    TRY(archive_.add(told));
    TRY(archive_.end());
    TRY(archive_.finish());
    return exported_;
  }

 private:
  std::vector<model::Value> ids_of(const Entity& entity) const {
    std::vector<model::Value> ids;
    for (const PersonRecord& record : records_)
      if (record.entity == &entity) ids.emplace_back(record.id.text());
    return ids;
  }

  // The records of a collection, some at a time, each to be read to its end.
  Result<void> each_part(const Entity& entity,
                         const std::function<Result<void>(const ListQuery&, bool first)>& take) {
    const std::vector<model::Value> ids = ids_of(entity);
    for (std::size_t at = 0; at < ids.size(); at += k_ids_at_once) {
      const auto part = std::span(ids).subspan(at, std::min(k_ids_at_once, ids.size() - at));
      ListQuery query = whole_collection(entity, Trash::shown);
      query.filters.push_back(
          {.name = "id", .op = Op::in, .values = std::vector(part.begin(), part.end())});
      TRY(take(query, at == 0));
    }
    return {};
  }

  Result<void> write_data(std::int64_t now_ms, std::string_view program) {
    TRY(archive_.add("{" + head(now_ms, program)));
    for (const Entity* entity : model::entities()) {
      if (ids_of(*entity).empty()) continue;
      TRY(archive_.add(",\n\"" + std::string(entity->collection) + "\":["));
      TRY(write_records(*entity));
      TRY(archive_.add("]"));
    }
    TRY(archive_.add(",\n\"external_ids\":" + external_ids()));
    TRY(archive_.add(",\n\"history\":["));
    TRY(write_history());
    return archive_.add("]}\n");
  }

  Result<void> write_records(const Entity& entity) {
    std::int64_t count = 0;
    const auto take = [&](const ListQuery& query, bool) -> Result<void> {
      const auto rows = TRY(open_json_rows(tx_, *Principal::program(), query));
      std::string line;
      while (rows->next(line)) {
        line.pop_back();  // the line feed
        TRY(archive_.add((count++ == 0 ? "\n" : ",\n") + line));
        line.clear();
      }
      return {};
    };
    TRY(each_part(entity, take));
    exported_.records.emplace_back(entity.collection, count);
    return {};
  }

  Result<void> write_table(const Entity& entity) {
    if (ids_of(entity).empty()) return {};
    archive_.begin(std::string(entity.collection) + ".csv");
    const auto take = [&](const ListQuery& query, bool first) -> Result<void> {
      const auto rows = TRY(open_csv_rows(tx_, *Principal::program(), query, {.bom = first}));
      std::string text;
      rows->begin(text);
      if (!first) text.clear();
      while (rows->next(text)) {
        TRY(archive_.add(text));
        text.clear();
      }
      return archive_.add(text);
    };
    TRY(each_part(entity, take));
    return archive_.end();
  }

  std::string external_ids() {
    std::string text;
    JsonWriter out(text);
    out.begin_array();
    for (const PersonRecord& record : records_) {
      Statement row = tx_.prepare(
          "SELECT system, key FROM external_ids WHERE collection = ? AND record_id = ? "
          "ORDER BY system, key");
      row.with(record.entity->collection, record.row_id);
      while (row.step()) {
        out.begin_object().key("collection").string(record.entity->collection);
        out.key("id").string(record.id.text()).key("system").string(row.text(0));
        out.key("key").string(row.text(1)).end_object();
      }
    }
    out.end_array();
    return text;
  }

  // Who changed it is not the person's own data, so it is left out.
  Result<void> write_history() {
    for (const PersonRecord& record : records_) {
      Statement row = tx_.prepare(
          "SELECT at, action, version, diff FROM changes WHERE record_uid = ? AND version > 0 "
          "ORDER BY seq");
      row.with(store::Blob{record.id.blob()});
      while (row.step()) {
        std::string text = exported_.changes++ == 0 ? "\n" : ",\n";
        JsonWriter out(text);
        out.begin_object().key("at").string(format_instant(row.integer(0)));
        out.key("collection").string(record.entity->collection);
        out.key("id").string(record.id.text()).key("action").string(row.text(1));
        out.key("version").integer(row.integer(2)).key("diff");
        row.text(3).empty() ? out.null() : out.raw(row.text(3));
        out.end_object();
        TRY(archive_.add(text));
      }
    }
    return {};
  }

  // The members that data and manifest begin with.
  std::string head(std::int64_t now_ms, std::string_view program) const {
    std::string text;
    JsonWriter out(text);
    out.begin_object().key("format").string("kontor-personal-data").key("version").integer(1);
    out.key("program").string(program).key("at").string(format_instant(now_ms));
    out.key("subject").begin_object().key("collection").string(person_.entity->collection);
    out.key("id").string(person_.id.text()).end_object().end_object();
    return text.substr(1, text.size() - 2);
  }

  std::string manifest(std::int64_t now_ms, std::string_view program) const {
    std::string files;
    JsonWriter out(files);
    out.begin_object();
    archive_.write_files(out);
    out.end_object();
    return "{" + head(now_ms, program) + "," + files.substr(1) + "\n";
  }

  store::ReadTx& tx_;
  const PersonRecord& person_;
  const std::vector<PersonRecord> records_;
  Archive archive_;
  PersonalExport exported_;
};

}  // namespace

Result<PersonalExport> export_person(store::ReadTx& tx, const PersonRecord& person,
                                     std::int64_t now_ms, std::string_view program,
                                     const std::function<Result<void>(std::string_view)>& write) {
  return Export(tx, person, write).run(now_ms, program);
}

std::string to_json(const PersonRecord& person, const PersonalExport& exported) {
  std::string text;
  JsonWriter out(text);
  out.begin_object().key("id").string(person.id.text());
  out.key("collection").string(person.entity->collection).key("records").begin_object();
  for (const auto& [name, count] : exported.records) out.key(name).integer(count);
  out.end_object().key("changes").integer(exported.changes).end_object();
  return text;
}

}  // namespace kontor::crm
