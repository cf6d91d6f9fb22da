#include "api/reference.h"

#include <algorithm>

#include "api/html.h"
#include "api/problem.h"
#include "model/registry.h"

namespace kontor::api {
namespace {

constexpr std::string_view k_intro =
    "<p>JSON in UTF-8. Money is an integer of the currency's minor unit beside a "
    "<code>currency</code>; quantities and prices are integers or decimal strings; rates are "
    "fractions as decimal strings (<code>\"0.08\"</code> is 8 %). Times are RFC 3339 in UTC, dates "
    "<code>YYYY-MM-DD</code>. Ids are UUIDs, and a client may choose them.</p>"
    "<p>Every record has a <code>version</code>, which is its <code>ETag</code>: send it as "
    "<code>If-Match</code> to change only what you have seen. <code>PATCH</code> is a merge patch "
    "(RFC 7396). With an <code>Idempotency-Key</code> a repeated request is answered as the first "
    "time. Lists take <code>field=value</code> and <code>field[op]=value</code>. Refusals are "
    "problem documents (RFC 9457).</p>";

std::string anchor(std::string_view text) {
  std::string out;
  for (const char c : text)
    out += c == ' ' ? '-' : c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return out;
}

std::vector<std::string> chapters(const RouteTable& routes) {
  std::vector<std::string> tags;
  for (const Route& route : routes.routes())
    if (std::find(tags.begin(), tags.end(), route.tag) == tags.end()) tags.push_back(route.tag);
  return tags;
}

const model::Entity* entity_of(const RouteTable& routes, const std::string& tag) {
  for (const Route& route : routes.routes())
    if (route.tag == tag && route.entity != nullptr) return route.entity;
  return nullptr;
}

std::string rights_of(const Route& route) {
  const std::string text = description_of(route.permission);
  return text.empty() ? "" : escape(text) + " ";
}

std::string parameters_of(const Route& route) {
  if (route.query.empty()) return "";
  std::string out =
      "<details><summary>" + std::to_string(route.query.size()) + " parameters</summary><table>";
  for (const Parameter& parameter : route.query)
    out += "<tr><td><code>" + escape(parameter.name) + "</code></td><td>" +
           marked(parameter.description) + "</td></tr>";
  return out + "</table></details>";
}

std::string section(const Route& route) {
  std::string out = "<h3><span class=\"method\">" + escape(route.method) + "</span> <code>" +
                    escape(route.pattern) + "</code></h3><p>" + escape(route.summary) + ". " +
                    rights_of(route);
  if (!route.request.is_none()) out += "Body: " + escape(route.request.schema()) + ". ";
  out += "Answers " + std::to_string(route.status);
  if (!route.reply.is_none())
    out +=
        " with " + escape(route.reply.is_json() ? route.reply.schema() : route.reply.media_type());
  out += "; or";
  for (const int status : refusals_of(route)) out += " " + std::to_string(status);
  return out + ".</p>" + parameters_of(route);
}

std::string fields_of(const model::Entity& entity) {
  std::string out = "<table><tr><th>Field</th><th>Meaning</th><th>Notes</th></tr>";
  for (const model::Field& field : entity.fields) {
    std::string notes;
    if (field.required) notes += "required ";
    if (field.unique) notes += "unique ";
    if (field.write == model::Write::on_create) notes += "fixed after creation ";
    if (field.write == model::Write::never || field.write == model::Write::computed)
      notes += "the server's ";
    for (const std::string_view choice : field.choices)
      notes += (&choice == &field.choices[0] ? "" : "| ") + std::string(choice) + " ";
    if (!field.target.empty()) notes += "id in " + std::string(field.target);
    out += "<tr><td><code>" + escape(field.name) + "</code></td><td>" + escape(field.label) +
           "</td><td>" + escape(notes) + "</td></tr>";
  }
  return out + "</table>";
}

std::string chapter(const RouteTable& routes, const std::string& tag) {
  std::string out = "<h2 id=\"" + anchor(tag) + "\">" + escape(tag) + "</h2>";
  if (const model::Entity* entity = entity_of(routes, tag); entity != nullptr) {
    out += fields_of(*entity);
    if (entity->lines != nullptr)
      out += "<p>Each of <code>lines</code>:</p>" + fields_of(*entity->lines);
  }
  for (const Route& route : routes.routes())
    if (route.tag == tag) out += section(route);
  return out;
}

std::string problems() {
  std::string out =
      "<h2 id=\"problems\">Problems</h2><table><tr><th>Status</th><th>Code</th><th>Title</th></tr>";
  for (const ProblemType& type : problem_types()) {
    out += "<tr><td>" + std::to_string(type.status) + "</td><td><a href=\"/docs/problems/" +
           escape(type.code) + "\"><code>" + escape(type.code) + "</code></a></td><td>" +
           escape(type.title) + "</td></tr>";
  }
  return out + "</table>";
}

}  // namespace

std::string reference_html(const RouteTable& routes, std::string_view version,
                           std::string_view style_path) {
  std::string body = "<h1>Kontor's API</h1><p>Version " + escape(version) +
                     ". For programs: <a href=\"/openapi.json\">openapi.json</a>.</p><nav>";
  const std::vector<std::string> tags = chapters(routes);
  for (const std::string& tag : tags)
    body += "<a href=\"#" + anchor(tag) + "\">" + escape(tag) + "</a>";
  body += "<a href=\"#problems\">Problems</a></nav>" + std::string(k_intro);
  for (const std::string& tag : tags) body += chapter(routes, tag);
  return document("API reference", style_path, body + problems());
}

std::string index_html(const RouteTable& routes, std::string_view version,
                       std::string_view style_path) {
  std::string body =
      "<h1>Kontor</h1><p>Version " + escape(version) +
      " is running. <a href=\"/docs\">How to call it</a>, "
      "<a href=\"/openapi.json\">openapi.json</a>, <a href=\"/health\">health</a>.</p><ul>";
  for (const Route& route : routes.routes()) {
    const bool has_parameter = route.pattern.find('{') != std::string::npos;
    const bool is_json = route.method == "GET" && route.reply.is_json() && !has_parameter;
    if (!is_json) continue;
    body += "<li><a href=\"" + escape(route.pattern) + "\"><code>" + escape(route.pattern) +
            "</code></a> " + escape(route.summary) + "</li>";
  }
  return document("Start", style_path, body + "</ul>");
}

}  // namespace kontor::api
