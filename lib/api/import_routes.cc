#include "api/import_routes.h"

#include <algorithm>
#include <iterator>
#include <span>
#include <utility>

#include "api/replies.h"
#include "api/site.h"
#include "base/json_writer.h"
#include "base/limits.h"
#include "crm/access/row_predicate.h"
#include "crm/imports/import_explain.h"
#include "crm/imports/import_journal.h"
#include "crm/imports/import_names.h"
#include "crm/imports/import_undo.h"
#include "model/registry.h"

namespace kontor::api {
namespace {

using crm::ImportRecord;
using http::Response;

constexpr std::string_view k_tag = "Imports";
constexpr std::size_t k_piece_bytes = 64 * 1024;

Error no_such_import() {
  return {.code = Code::not_found, .message = "There is no import with this id."};
}

// Reads the members of a request; what is wrong is collected, to be told at once.
class JobReader {
 public:
  JobReader(const Site& site, const Call& call) : site_(site), body_(call.body) {
    job_.context = call.context;
  }

  Result<crm::ImportJob> read() {
    check_names();
    read_collection();
    read_files();
    job_.options.file_name = text("file_name");
    if (job_.options.file_name.size() > limits::import_name_bytes)
      refuse("file_name", "too_long", "A file name has at most 255 bytes.");
    read_reading();
    read_map();
    read_mode();
    read_policies();
    read_matches();
    job_.options.create_missing = flag("create_missing");
    job_.options.dry_run = flag("dry_run");
    if (errors_.empty()) return std::move(job_);
    const std::string message = errors_.front().detail;
    return Error{.code = Code::invalid,
                 .message = message,
                 .kind = "validation_failed",
                 .fields = std::move(errors_)};
  }

 private:
  static constexpr std::string_view k_members[] = {
      "collection", "content",   "upload",         "lines",   "lines_upload", "file_name",
      "format",     "delimiter", "dates",          "decimal", "map",          "mode",
      "policies",   "match",     "create_missing", "dry_run"};

  void refuse(std::string_view name, std::string code, std::string detail) {
    errors_.push_back({.pointer = "/" + pointer_step(name),
                       .code = std::move(code),
                       .detail = std::move(detail)});
  }

  void check_names() {
    for (const auto& [name, value] : *body_.object()) {
      if (std::find(std::begin(k_members), std::end(k_members), name) == std::end(k_members))
        refuse(name, "unknown_field", "There is no member \"" + name + "\" here.");
    }
  }

  std::string text(std::string_view name) {
    const Json* value = body_.find(name);
    if (value == nullptr || value->is_null()) return "";
    if (value->string() != nullptr) return *value->string();
    refuse(name, "wrong_type", "Must be a string.");
    return "";
  }

  bool flag(std::string_view name) {
    const Json* value = body_.find(name);
    if (value == nullptr) return false;
    if (value->boolean() != nullptr) return *value->boolean();
    refuse(name, "wrong_type", "Must be true or false.");
    return false;
  }

  // A file stands in the request, or was sent before.
  std::shared_ptr<const crm::UploadedFile> uploaded(std::string_view name) {
    const std::string given = text(name);
    if (given.empty()) return nullptr;
    const auto id = Uuid::parse(given);
    auto file = id ? site_.uploads->find(*id, job_.context.principal->user_id)
                   : Error{.code = Code::not_found, .message = ""};
    if (file.ok()) return *std::move(file);
    refuse(name, "not_found", "There is no upload with this id.");
    return nullptr;
  }

  void read_files() {
    job_.content = text("content");
    job_.upload = uploaded("upload");
    const bool has_upload = body_.find("upload") != nullptr;
    if (job_.content.empty() && !has_upload)
      refuse("content", "required", "The file's content is missing.");
    if (!job_.content.empty() && has_upload)
      refuse("upload", "conflict", "Either the content, or the upload that holds it.");
    job_.lines = text("lines");
    job_.lines_upload = uploaded("lines_upload");
  }

  void read_collection() {
    const std::string name = text("collection");
    job_.entity = model::find_entity(name);
    if (job_.entity == nullptr)
      refuse("collection", name.empty() ? "required" : "invalid_choice",
             "Must be customers, contacts, products, orders or payments.");
  }

  std::string word(std::string_view name, std::span<const std::string_view> known) {
    std::string given = text(name);
    if (given.empty() || std::find(known.begin(), known.end(), given) != known.end()) return given;
    std::string all;
    for (const std::string_view one : known) all += (all.empty() ? "" : ", ") + std::string(one);
    refuse(name, "invalid_choice", "Must be one of " + all + ".");
    return "";
  }

  void read_reading() {
    static constexpr std::string_view k_delimiters[] = {",", ";", "|", "\t", "tab"};
    crm::Reading& reading = job_.options.reading;
    reading.format = word("format", crm::k_file_formats);
    reading.delimiter = word("delimiter", k_delimiters);
    reading.dates = word("dates", crm::k_date_orders);
    reading.decimal = word("decimal", crm::k_decimal_marks);
  }

  void read_map() {
    const Json* map = body_.find("map");
    if (map == nullptr || map->is_null()) return;
    if (map->object() == nullptr) refuse("map", "wrong_type", "Must be an object.");
    else job_.options.map_json = to_text(*map);
  }

  void read_mode() {
    const std::string name = text("mode");
    const auto mode = crm::import_mode(name.empty() ? "upsert" : name);
    if (mode) job_.options.mode = *mode;
    else refuse("mode", "invalid_choice", "Must be create, update or upsert.");
  }

  void read_policies() {
    const Json* given = body_.find("policies");
    if (given == nullptr) return;
    if (given->object() == nullptr) return refuse("policies", "wrong_type", "Must be an object.");
    for (const auto& [field, name] : *given->object()) {
      const auto policy = crm::import_policy(name.string() != nullptr ? *name.string() : "");
      if (policy) job_.options.policies[field] = *policy;
      else refuse("policies", "invalid_choice", field + " must be always, if_empty or never.");
    }
  }

  void read_matches() {
    const Json* given = body_.find("match");
    if (given == nullptr) return;
    if (given->array() == nullptr) return refuse("match", "wrong_type", "Must be a list.");
    for (const Json& item : *given->array()) {
      const std::string_view name = item.string() != nullptr ? *item.string() : std::string_view();
      if (name == "domain") job_.options.match_domain = true;
      else if (name == "name") job_.options.match_name = true;
      else refuse("match", "invalid_choice", "Must be domain or name.");
    }
  }

  const Site& site_;
  const Json& body_;
  crm::ImportJob job_;
  std::vector<FieldError> errors_;
};

// As the record of an import shows itself, so that both are read alike.
std::string rehearsed_json(const crm::ImportJob& job, const crm::ImportReport& report) {
  const ImportRecord record{.created_at_ms = job.context.now_ms,
                            .updated_at_ms = job.context.now_ms,
                            .finished_at_ms = job.context.now_ms,
                            .collection = report.entity,
                            .file_name = job.options.file_name,
                            .mode = std::string(crm::name_of(job.options.mode)),
                            .state = report.stopped ? "stopped" : "done",
                            .reason = report.stopped ? report.stopped->message : "",
                            .counts = static_cast<const crm::ImportCounts&>(report),
                            .columns = crm::columns_json(report)};
  return crm::to_json(record, &report.errors);
}

// The import has the files now, and they end with it.
void forget_uploads(const Site& site, const Call& call) {
  for (const std::string_view name : {"upload", "lines_upload"}) {
    const Json* given = call.body.find(name);
    const auto id = given != nullptr && given->string() != nullptr ? Uuid::parse(*given->string())
                                                                   : std::nullopt;
    if (id) site.uploads->forget(*id, call.context.principal->user_id);
  }
}

Result<crm::ImportJob> job_of(const Site& site, const Call& call) {
  crm::ImportJob job = TRY(JobReader(site, call).read());
  TRY(crm::require(*call.context.principal, *job.entity, crm::Act::import_rows));
  return job;
}

Result<Response> begin_import(const Site& site, const Call& call) {
  crm::ImportJob job = TRY(job_of(site, call));
  if (site.services.still_valid)
    job.still_valid = [&services = site.services, who = call.context.principal] {
      return services.still_valid(*who);
    };
  if (job.options.dry_run)
    return json_reply(202, rehearsed_json(job, TRY(site.imports->rehearse(job))));
  const Uuid id = TRY(site.imports->submit(std::move(job)));
  forget_uploads(site, call);
  const auto record = TRY(site.services.store.read([&](store::ReadTx& tx) {
    return Result<std::optional<ImportRecord>>(crm::find_import(tx, id));
  }));
  if (!record) return no_such_import();
  Response response = json_reply(202, crm::to_json(*record));
  response.with("Location", "/api/v1/imports/" + id.text());
  return response;
}

Result<Response> explain_import(const Site& site, const Call& call) {
  crm::ImportJob job = TRY(job_of(site, call));
  const crm::ImportStreams streams(job);
  const std::string currency = site.services.records.organisation()->currency;
  return json_reply(200,
                    crm::to_json(TRY(crm::explain_import(*job.entity, job.options, currency))));
}

Result<ImportRecord> import_of(store::ReadTx& tx, const Call& call) {
  const auto id = call.id();
  auto record = id ? crm::find_import(tx, *id) : std::nullopt;
  if (!record || !crm::may_see(*call.context.principal, *record)) return no_such_import();
  return *std::move(record);
}

Result<Response> show_import(const Site&, store::ReadTx& tx, const Call& call) {
  const ImportRecord record = TRY(import_of(tx, call));
  const auto errors = crm::first_errors(tx, record.row_id, limits::import_errors_shown);
  return json_reply(200, crm::to_json(record, &errors));
}

// The cursor is the id of the last one shown.
Result<Response> list_imports(const Site&, store::ReadTx& tx, const Call& call) {
  const int limit = TRY(page_limit(call));
  std::int64_t before = INT64_MAX;
  if (const auto cursor = call.parameter("cursor")) {
    const auto id = Uuid::parse(*cursor);
    const auto last = id ? crm::find_import(tx, *id) : std::nullopt;
    if (!last || !crm::may_see(*call.context.principal, *last))
      return bad_parameter("cursor", "invalid_cursor", "The cursor is none of this list.");
    before = last->row_id;
  }
  std::vector<ImportRecord> records =
      crm::list_imports(tx, *call.context.principal, limit + 1, before);
  const bool has_more = records.size() > static_cast<std::size_t>(limit);
  if (has_more) records.pop_back();
  std::string text;
  JsonWriter out(text);
  out.begin_object().key("data").begin_array();
  for (const ImportRecord& record : records) out.raw(crm::to_json(record));
  out.end_array().key("has_more").boolean(has_more).key("next_cursor");
  has_more ? out.string(records.back().id.text()) : out.null();
  out.end_object();
  return json_reply(200, std::move(text));
}

// The error file, piece by piece: it may be as long as what was imported.
class ErrorFile final : public http::BodySource {
 public:
  ErrorFile(store::Store& store, const ImportRecord& record)
      : store_(store), row_id_(record.row_id), header_(record.error_header) {}

  State pull(std::string& out) override {
    out += std::exchange(header_, {});
    const auto piece = store_.read([&](store::ReadTx& tx) -> Result<std::string> {
      std::string lines;
      crm::each_failure(tx, row_id_, last_,
                        [&](std::int64_t position, std::string_view cells, std::string_view) {
                          lines += cells;
                          last_ = position;
                          return lines.size() < k_piece_bytes;
                        });
      return lines;
    });
    if (!piece.ok()) return State::failed;
    out += *piece;
    return piece->empty() ? State::end : State::more;
  }

 private:
  store::Store& store_;
  std::int64_t row_id_;
  std::string header_;
  std::int64_t last_ = INT64_MIN;
};

Result<Response> show_errors(const Site& site, store::ReadTx& tx, const Call& call) {
  const ImportRecord record = TRY(import_of(tx, call));
  Response response{.status = 200, .content_type = "text/csv; charset=utf-8"};
  response.with("Cache-Control", "no-store");
  response.with("Content-Disposition",
                "attachment; filename=\"import-" + record.id.text() + "-errors.csv\"");
  response.source = std::make_unique<ErrorFile>(site.services.store, record);
  return response;
}

Result<Response> undo_import(const Site& site, const Call& call) {
  const ImportRecord record =
      TRY(site.services.store.read([&](store::ReadTx& tx) { return import_of(tx, call); }));
  if (record.counts.created + record.counts.updated > limits::import_undo_rows)
    return Error{.code = Code::conflict,
                 .message = "An import of so many rows is undone on the command line.",
                 .kind = "import_too_large",
                 .hint = "kontor import undo " + record.id.text()};
  return json_reply(200,
                    crm::to_json(TRY(crm::undo_import(site.services.store, site.services.records,
                                                      call.context, record.id))));
}

Route route(std::string_view method, const std::string& path, std::string summary, int status,
            Payload reply, RouteHandler handler) {
  return {.method = method,
          .pattern = "/api/v1/imports" + path,
          .permission = Permission::any(crm::Act::import_rows),
          .summary = std::move(summary),
          .request = Payload::none(),
          .status = status,
          .reply = std::move(reply),
          .handler = handler,
          .tag = std::string(k_tag)};
}

}  // namespace

std::vector<Route> import_routes() {
  std::vector<Route> routes;
  routes.push_back(route("GET", "", "Imports, the newest first", 200, Payload::json("Imports"),
                         ReadHandler(list_imports)));
  routes.back().query = page_parameters();
  routes.push_back(route("POST", "",
                         "Brings in a file, in the background; a dry run is done with the answer",
                         202, Payload::json("Import"), DirectHandler(begin_import)));
  routes.back().request = Payload::json("ImportRequest");
  routes.back().body_required = true;
  routes.back().refusals = {409, 422, 503, 507};
  routes.back().cost = limits::rate_cost_many_rows;
  routes.push_back(route("POST", "/explain",
                         "Which column of a file would go where, and why; changes nothing", 200,
                         Payload::json("ImportExplanation"), DirectHandler(explain_import)));
  routes.back().request = Payload::json("ImportRequest");
  routes.back().body_required = true;
  routes.back().refusals = {415, 422};
  routes.back().cost = limits::rate_cost_many_rows;
  routes.push_back(route("GET", "/{id}", "How far an import is, or what it did", 200,
                         Payload::json("Import"), ReadHandler(show_import)));
  routes.push_back(route("GET", "/{id}/errors", "The rows that failed, to be mended and sent again",
                         200, Payload::media("text/csv; charset=utf-8"), ReadHandler(show_errors)));
  routes.push_back(route("POST", "/{id}/undo", "Takes an import back", 200,
                         Payload::json("ImportUndo"), DirectHandler(undo_import)));
  routes.back().refusals = {409, 503, 507};
  routes.back().cost = limits::rate_cost_many_rows;
  return routes;
}

}  // namespace kontor::api
