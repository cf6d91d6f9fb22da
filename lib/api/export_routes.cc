#include "api/export_routes.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <utility>

#include "api/list_parameters.h"
#include "api/replies.h"
#include "api/site.h"
#include "base/civil.h"
#include "base/json_writer.h"
#include "base/limits.h"
#include "crm/audit/audit_log.h"
#include "crm/exports/export_rows.h"
#include "crm/list.h"
#include "store/long_read.h"

namespace kontor::api {
namespace {

using crm::ExportFormat;
using crm::ExportRows;
using http::Response;

// Of a list, but not of all its rows.
constexpr std::array<std::string_view, 4> k_paging = {"limit", "cursor", "count", "expand"};

bool is_paging(std::string_view name) {
  return std::find(k_paging.begin(), k_paging.end(), name) != k_paging.end();
}

// One of the exports that may run at a time.
class Slot {
 public:
  static std::unique_ptr<Slot> take(std::atomic<int>& running) {
    if (running.fetch_add(1) < limits::exports) return std::unique_ptr<Slot>(new Slot(running));
    running.fetch_sub(1);
    return nullptr;
  }
  ~Slot() { running_.fetch_sub(1); }
  Slot(const Slot&) = delete;
  Slot& operator=(const Slot&) = delete;

 private:
  explicit Slot(std::atomic<int>& running) : running_(running) {}
  std::atomic<int>& running_;
};

class ExportBody final : public http::BodySource {
 public:
  struct Parts {
    std::unique_ptr<Slot> slot;
    std::unique_ptr<store::LongRead> read;
    std::unique_ptr<ExportRows> rows;
    const Services& services;
    std::string request_id, target;  // for the log
  };
  explicit ExportBody(Parts parts) : parts_(std::move(parts)) {}

  State pull(std::string& out) override {
    const auto more = parts_.read->run([&](store::ReadTx&) -> Result<bool> { return fill(out); });
    if (more.ok()) return *more ? State::more : State::end;
    if (parts_.services.on_failure)
      parts_.services.on_failure(parts_.request_id, parts_.target, more.error().message);
    return State::failed;
  }

 private:
  bool fill(std::string& out) {
    if (!std::exchange(begun_, true)) parts_.rows->begin(out);
    while (out.size() < limits::produced_piece_bytes)
      if (!parts_.rows->next(out)) return false;
    return true;
  }

  Parts parts_;
  bool begun_ = false;
};

Result<ExportFormat> wanted_format(const Call& call) {
  const auto format = call.parameter("format");
  if (!format || *format == "csv") return ExportFormat::csv;
  if (*format == "jsonl") return ExportFormat::jsonl;
  return bad_parameter("format", "invalid_choice", "format can be: csv, jsonl.");
}

Result<crm::ListQuery> wanted_rows(const Call& call) {
  http::Params params;
  for (const auto& [name, value] : call.query) {
    if (is_paging(name))
      return bad_parameter(name, "unknown_parameter",
                           "An export has all rows: there is no parameter " + name + " here.");
    if (name != "format") params.emplace_back(name, value);
  }
  crm::ListQuery query = TRY(crm::parse_list(*call.route->entity, params, *call.context.principal));
  if (!call.parameter("sort")) query.sort = {{.name = "id"}};
  return query;
}

// Before the first byte. What a filter looks for may be a person's name, so only its field is told.
Result<void> note_export(const Site& site, const Call& call, const crm::ListQuery& query,
                         std::string_view format) {
  std::string detail;
  JsonWriter out(detail);
  out.begin_object().key("format").string(format).key("filters").begin_array();
  for (const crm::Filter& filter : query.filters) out.string(filter.name);
  for (const auto& group : query.any)
    for (const crm::Filter& filter : group) out.string(filter.name);
  if (!query.search.empty()) out.string("q");
  out.end_array().end_object();
  return site.services.store.write([&](store::WriteTx& tx) -> Result<void> {
    crm::record_event(tx, call.context, "exports", Uuid{}, query.entity->collection, detail);
    return {};
  });
}

Result<Response> export_records(const Site& site, const Call& call) {
  const ExportFormat format = TRY(wanted_format(call));
  const crm::ListQuery query = TRY(wanted_rows(call));
  auto slot = Slot::take(site.exports);
  if (slot == nullptr)
    return Error{.code = Code::busy,
                 .message = "Two exports are running already; try again when one has ended."};
  auto read = TRY(site.services.store.long_read(limits::produced_ms));
  auto rows = TRY(read->run([&](store::ReadTx& tx) {
    return crm::open_rows(tx, *call.context.principal, query, {.format = format});
  }));
  const bool is_csv = format == ExportFormat::csv;
  TRY(note_export(site, call, query, is_csv ? "csv" : "jsonl"));
  Response response{.content_type = is_csv ? "text/csv; charset=utf-8" : "application/jsonl"};
  const std::string day = format_instant(call.context.now_ms).substr(0, 10);
  response.with("Content-Disposition", "attachment; filename=\"" +
                                           std::string(query.entity->collection) + "-" + day +
                                           (is_csv ? ".csv\"" : ".jsonl\""));
  response.source = std::make_shared<ExportBody>(
      ExportBody::Parts{std::move(slot), std::move(read), std::move(rows), site.services,
                        call.context.request_id, call.path});
  return response;
}

std::vector<Parameter> export_parameters(const model::Entity& entity) {
  std::vector<Parameter> parameters = {
      {.name = "format",
       .description = "CSV that import takes back, or JSON lines: a record as JSON in each.",
       .schema = R"({"enum":["csv","jsonl"],"default":"csv"})"}};
  for (Parameter& parameter : list_parameters(entity))
    if (!is_paging(parameter.name)) parameters.push_back(std::move(parameter));
  return parameters;
}

}  // namespace

Route export_route(const model::Entity& entity, std::string tag) {
  return {.method = "GET",
          .pattern = "/api/v1/" + std::string(entity.collection) + "/export",
          .permission = {entity, crm::Act::export_rows},
          .summary = "All " + std::string(entity.collection) + " that match, as a file",
          .request = Payload::none(),
          .status = 200,
          .reply = Payload::media("text/csv; charset=utf-8").or_media("application/jsonl"),
          .handler = export_records,
          .tag = std::move(tag),
          .query = export_parameters(entity),
          .any_query = true,
          .refusals = {503},
          .entity = &entity,
          .cost = limits::rate_cost_many_rows};
}

}  // namespace kontor::api
