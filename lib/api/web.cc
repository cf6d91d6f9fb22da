#include "api/web.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "api/conclusion.h"
#include "api/credentials.h"
#include "api/request_steps.h"
#include "api/site.h"
#include "api/url.h"
#include "api/web_choice.h"
#include "http/response_writer.h"
#include "model/registry.h"

namespace kontor::api {
namespace {

using http::Response;

constexpr std::string_view k_login = "/login";
constexpr std::string_view k_setup = "/setup";
constexpr std::string_view k_html = "text/html; charset=utf-8";

std::string_view first_segment(std::string_view path) {
  path.remove_prefix(1);
  return path.substr(0, path.find('/'));
}

// Where programs look for what is theirs: what is not there is a 404 that they understand.
bool is_for_programs(std::string_view path) {
  constexpr std::array<std::string_view, 8> places = {"api",   "assets",  "docs",   "health",
                                                      "livez", "metrics", "readyz", "openapi.json"};
  const bool is_place =
      std::find(places.begin(), places.end(), first_segment(path)) != places.end();
  // No page has a point in its last part, unlike the files that scanners ask for.
  return is_place || path.find('.', path.rfind('/')) != std::string_view::npos;
}

// The addresses that are known to be pages: to be had by who takes anything. What else may be one
// is the script's affair, and for browsers only.
bool is_known_page(std::string_view path) {
  const std::string_view first = first_segment(path);
  const auto all = model::entities();
  return first.empty() || first == "login" || first == "setup" || first == "settings" ||
         std::any_of(all.begin(), all.end(),
                     [&](const model::Entity* entity) { return entity->collection == first; });
}

// What a page asks of its reader. Not in the table of routes: it has no pattern.
const Route& page_route() {
  static const Route k_route = {.method = "GET",
                                .pattern = "/",
                                .permission = Permission::signed_in(),
                                .summary = "The web UI",
                                .request = Payload::none(),
                                .status = 200,
                                .reply = Payload::media(std::string(k_html)),
                                .handler = DirectHandler(nullptr),
                                .any_query = true,
                                .cost = 0,
                                .before_second_factor = true};
  return k_route;
}

Response redirect(std::string to) {
  return std::move(Response{.status = 303}.with("Location", std::move(to)));
}

// Back to where she wanted to go. What begins with two slashes would be another host to a browser.
std::string login_path(const http::Request& request) {
  std::string path(k_login);
  if (request.path == "/" || request.target.starts_with("//")) return path;
  return path + "?next=" + encode_parameter(request.target);
}

Response page(const Site& site, const http::Request& request) {
  const auto organisation = site.services.organisation.now();
  const http::StaticAsset* asset = site.web.find(page_of(request, organisation->language));
  if (asset == nullptr) return {.status = 404};
  Response response = http::serve_asset(*asset, request.header("Accept-Encoding"));
  http::add_to_vary(response, "Cookie");
  http::add_to_vary(response, "Accept-Language");
  return response;
}

Result<Response> page_or_door(const Site& site, const http::Request& request, Call& call) {
  if (!has_users(site)) return request.path == k_setup ? page(site, request) : redirect("/setup");
  if (request.path == k_login || request.path == k_setup) return page(site, request);
  const Result<void> prepared = prepare(site, request, call);
  if (prepared.ok()) return page(site, request);
  if (prepared.error().code == Code::unauthenticated) return redirect(login_path(request));
  return prepared.error();
}

Result<Response> show_asset(const Site& site, const Call& call) {
  const http::StaticAsset* asset = site.web.find(call.path);
  if (asset == nullptr) return Error{.code = Code::not_found, .message = "There is no such file."};
  return http::serve_asset(*asset, call.accept_encoding);
}

}  // namespace

std::optional<Response> web_answer(const Site& site, const http::Request& request) {
  const bool is_read = request.method == "GET" || request.method == "HEAD";
  if (site.web.is_empty() || !is_read || !request.path.starts_with('/')) return std::nullopt;
  if (const http::StaticAsset* asset = site.web.find(request.path))
    return http::serve_asset(*asset, request.header("Accept-Encoding"));
  if (is_for_programs(request.path) || !takes_page(request, is_known_page(request.path)))
    return std::nullopt;
  Call call{.route = &page_route()};
  Result<Response> result = page_or_door(site, request, call);
  Origin origin(site, request);
  origin.add(call.reply_headers);
  return conclude(site, origin, std::move(result), 0);
}

std::vector<Route> web_routes() {
  return {{.method = "GET",
           .pattern = "/assets/{name}",
           .permission = Permission::open(),
           .summary = "What the pages of the web UI load",
           .request = Payload::none(),
           .status = 200,
           .reply = Payload::media("text/javascript; charset=utf-8")
                        .or_media("text/css; charset=utf-8")
                        .or_media("image/svg+xml")
                        .or_media("font/woff2")
                        .or_media("application/json"),
           .handler = DirectHandler(show_asset),
           .tag = "System",
           .conditional = true,
           .any_query = true,
           .cost = 0}};
}

}  // namespace kontor::api
