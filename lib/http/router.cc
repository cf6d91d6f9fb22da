#include "http/router.h"

#include <algorithm>
#include <map>

#include "base/check.h"

namespace kontor::http {
namespace {

// Takes the next segment off a path that starts with "/": "/a/b" → "a", and "/b" is left.
std::string_view take_segment(std::string_view& path) {
  path.remove_prefix(1);
  const auto end = std::min(path.find('/'), path.size());
  const auto segment = path.substr(0, end);
  path.remove_prefix(end);
  return segment;
}

bool is_parameter(std::string_view segment) {
  return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

}  // namespace

struct Router::Node {
  struct Route {
    std::string pattern;
    Handler handler;
  };
  std::map<std::string, std::unique_ptr<Node>, std::less<>> fixed;
  std::unique_ptr<Node> any;                         // a parameter
  std::map<std::string, Route, std::less<>> routes;  // by method

  Node& child(std::string_view segment) {
    auto& next = is_parameter(segment) ? any : fixed[std::string(segment)];
    if (!next) next = std::make_unique<Node>();
    return *next;
  }

  // Fixed segments first; a parameter is tried where they lead nowhere.
  const Node* find(std::string_view path, std::vector<std::string_view>& values) const {
    if (path.empty()) return routes.empty() ? nullptr : this;
    const auto segment = take_segment(path);
    if (const auto next = fixed.find(segment); next != fixed.end()) {
      if (const Node* found = next->second->find(path, values)) return found;
    }
    if (!any || segment.empty()) return nullptr;
    values.push_back(segment);
    const Node* found = any->find(path, values);
    if (!found) values.pop_back();
    return found;
  }
};

namespace {

Params name_values(std::string_view pattern, const std::vector<std::string_view>& values) {
  Params params;
  while (!pattern.empty()) {
    const auto segment = take_segment(pattern);
    if (!is_parameter(segment)) continue;
    params.emplace_back(segment.substr(1, segment.size() - 2), values[params.size()]);
  }
  return params;
}

}  // namespace

Router::Router() : root_(std::make_unique<Node>()) {}
Router::~Router() = default;
Router::Router(Router&&) noexcept = default;
Router& Router::operator=(Router&&) noexcept = default;

void Router::add(std::string_view method, std::string_view pattern, Handler handler) {
  CHECK(pattern.starts_with('/'));
  Node* node = root_.get();
  for (auto rest = pattern; !rest.empty();) node = &node->child(take_segment(rest));
  Node::Route route{std::string(pattern), std::move(handler)};
  const bool added = node->routes.try_emplace(std::string(method), std::move(route)).second;
  CHECK(added);
}

Router::Match Router::match(std::string_view method, std::string_view path) const {
  Match match;
  if (!path.starts_with('/')) return match;
  std::vector<std::string_view> values;
  const Node* node = root_->find(path, values);
  if (!node) return match;
  auto route = node->routes.find(method);
  if (route == node->routes.end() && method == "HEAD") route = node->routes.find("GET");
  if (route != node->routes.end()) {
    match.handler = &route->second.handler;
    match.pattern = route->second.pattern;
    match.params = name_values(match.pattern, values);
    return match;
  }
  for (const auto& [allowed, unused] : node->routes) {
    match.allowed.push_back(allowed);
    if (allowed == "GET" && !node->routes.contains("HEAD")) match.allowed.emplace_back("HEAD");
  }
  if (!node->routes.contains("OPTIONS")) match.allowed.emplace_back("OPTIONS");
  return match;
}

}  // namespace kontor::http
