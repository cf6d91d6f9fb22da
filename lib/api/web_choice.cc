#include "api/web_choice.h"

#include <algorithm>
#include <string_view>

#include "api/credentials.h"
#include "http/preference.h"
#include "http/tokens.h"
#include "model/registry.h"

namespace kontor::api {
namespace {

using http::equals_ignoring_case;

bool has_header(const http::Request& request, std::string_view name) {
  return std::any_of(request.headers.begin(), request.headers.end(),
                     [&](const auto& field) { return equals_ignoring_case(field.first, name); });
}

// The language before the region: "vi-VN" is "vi".
std::string_view language_of(std::string_view range) { return range.substr(0, range.find('-')); }

// The language that is asked for most; the first of equals; empty: none of ours.
std::string_view wanted_language(std::string_view accept_language) {
  std::string_view best;
  int best_weight = 0;
  while (!accept_language.empty()) {
    const auto [range, weight] = http::next_preference(accept_language);
    if (weight <= best_weight) continue;
    for (const std::string_view ours : {"en", "vi"}) {
      if (!equals_ignoring_case(language_of(range), ours)) continue;
      best = ours;
      best_weight = weight;
    }
  }
  return best;
}

std::string_view language(const http::Request& request, std::string_view firms) {
  const std::string_view chosen = cookie_of(request, "kontor_lang");
  if (chosen == "en" || chosen == "vi") return chosen;
  if (!firms.empty()) return firms;
  return wanted_language(request.header("Accept-Language")) == "vi" ? "vi" : "en";
}

std::string_view theme(const http::Request& request) {
  const std::string_view chosen = cookie_of(request, "kontor_theme");
  return chosen == "light" || chosen == "dark" ? chosen : "auto";
}

// As app/web/build.mjs makes the pages. What is no collection's is a screen of its own, or none.
std::string_view screen(std::string_view path) {
  if (path == "/") return "home";
  if (path == "/login") return "sign_in";
  if (path == "/setup") return "setup";
  path.remove_prefix(1);
  const auto slash = path.find('/');
  const auto all = model::entities();
  const bool is_collection = std::any_of(all.begin(), all.end(), [&](const model::Entity* entity) {
    return entity->collection == path.substr(0, slash);
  });
  if (!is_collection) return "index";
  if (slash == std::string_view::npos) return "list";
  return path.find('/', slash + 1) == std::string_view::npos ? "record" : "index";
}

}  // namespace

bool takes_page(const http::Request& request, bool any) {
  if (!has_header(request, "Accept")) return any;
  bool takes_html = false, takes_anything = false, takes_json = false;
  for (std::string_view list = request.header("Accept"); !list.empty();) {
    const auto [range, weight] = http::next_preference(list);
    if (weight == 0) continue;
    if (equals_ignoring_case(range, "text/html")) takes_html = true;
    if (range == "*/*" || range == "text/*") takes_anything = true;
    if (equals_ignoring_case(range, "application/json")) takes_json = true;
  }
  return takes_html || (any && takes_anything && !takes_json);
}

std::string page_of(const http::Request& request, std::string_view firms_language) {
  return std::string(screen(request.path))
             .append("-")
             .append(language(request, firms_language))
             .append("-")
             .append(theme(request)) +
         ".html";
}

}  // namespace kontor::api
