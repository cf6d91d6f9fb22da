#include "api/people_routes.h"

#include <utility>

#include "api/replies.h"
#include "api/site.h"
#include "base/fold.h"
#include "base/json_writer.h"
#include "base/limits.h"
#include "crm/accounts/people.h"
#include "crm/shape.h"
#include "http/conditional.h"

namespace kontor::api {
namespace {

using http::Response;
using store::ReadTx;

Result<std::vector<Uuid>> wanted_ids(const Call& call) {
  std::vector<Uuid> ids;
  const auto given = call.parameter("id[in]");
  if (!given) return ids;
  for (const std::string& text : crm::split_names(*given)) {
    const auto id = Uuid::parse(text);
    if (!id) return bad_parameter("id[in]", "invalid_id", "\"" + text + "\" is no id.");
    ids.push_back(*id);
  }
  if (ids.empty() || ids.size() > static_cast<std::size_t>(limits::in_values))
    return bad_parameter("id[in]", "out_of_range",
                         "in takes 1 to " + std::to_string(limits::in_values) + " values.");
  return ids;
}

Result<std::optional<bool>> wanted_state(const Call& call) {
  const auto active = call.parameter("active");
  if (!active) return std::optional<bool>();
  if (*active == "true" || *active == "false") return std::optional(*active == "true");
  return bad_parameter("active", "invalid_choice", "active can be: true, false.");
}

Result<std::string> wanted_words(const Call& call) {
  const auto text = call.parameter("q");
  if (!text || text->empty()) return std::string();
  std::string words = fold_search(*text);
  if (!words.empty()) return words;
  return bad_parameter("q", "nothing_to_find", "q must hold at least one letter or digit.");
}

std::string page_of(const std::vector<crm::Colleague>& people, bool has_more) {
  std::string text;
  JsonWriter out(text);
  out.begin_object().key("data").begin_array();
  for (const crm::Colleague& one : people) crm::write_json(out, one);
  out.end_array().key("has_more").boolean(has_more).key("next_cursor");
  has_more ? out.string(std::to_string(people.back().row_id)) : out.null();
  out.end_object();
  return text;
}

Result<Response> list_people(const Site&, ReadTx& tx, const Call& call) {
  crm::ColleagueQuery query;
  const int limit = TRY(page_limit(call));
  query.limit = limit + 1;
  query.after_row_id = TRY(whole_parameter(call, "cursor", 0));
  query.ids = TRY(wanted_ids(call));
  query.active = TRY(wanted_state(call));
  query.words = TRY(wanted_words(call));
  std::vector<crm::Colleague> people = crm::find_colleagues(tx, query);
  const bool has_more = people.size() > static_cast<std::size_t>(limit);
  if (has_more) people.pop_back();
  std::string text = page_of(people, has_more);
  // Kept by the browser of who may read it, and asked again each time: names seldom change.
  Response response{.status = 200,
                    .headers = {{"Cache-Control", "private, no-cache"}},
                    .content_type = "application/json"};
  response.with("ETag", http::etag_of(text));
  response.body = std::move(text);
  return response;
}

std::vector<Parameter> parameters() {
  std::vector<Parameter> all = page_parameters();
  all.push_back({.name = "q",
                 .description = "Words of the name, each from its beginning; case and accents do "
                                "not matter."});
  all.push_back({.name = "id[in]",
                 .description = "Only these, comma-separated, at most " +
                                std::to_string(limits::in_values) + "."});
  all.push_back({.name = "active",
                 .description = "Only who may sign in (true), or only who may not (false).",
                 .schema = R"({"type":"boolean"})"});
  return all;
}

}  // namespace

std::vector<Route> people_routes() {
  return {{.method = "GET",
           .pattern = "/api/v1/people",
           .permission = Permission::any(crm::Act::read),
           .summary = "Names of colleagues: whose records are, and who can be given one",
           .request = Payload::none(),
           .status = 200,
           .reply = Payload::json("PersonList"),
           .handler = ReadHandler(list_people),
           .tag = "Users",
           .query = parameters(),
           .conditional = true}};
}

}  // namespace kontor::api
