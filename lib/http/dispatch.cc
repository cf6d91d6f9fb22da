#include "http/dispatch.h"

#include "http/gate.h"

namespace kontor::http {
namespace {

std::string join(const std::vector<std::string>& methods) {
  std::string list;
  for (const auto& method : methods) {
    if (!list.empty()) list += ", ";
    list += method;
  }
  return list;
}

Response allowed_methods(std::string methods) {
  Response response;
  response.status = 204;
  return std::move(response.with("Allow", std::move(methods)));
}

}  // namespace

Response dispatch(const Router& router, const Request& request, const Server::Problem& problem) {
  if (request.path == "*") return allowed_methods(std::string(k_methods));
  auto match = router.match(request.method, request.path);
  if (match.handler) {
    Request routed = request;
    routed.path_params = std::move(match.params);
    return (*match.handler)(routed);
  }
  if (match.allowed.empty()) {
    return problem(404, "not_found", "There is nothing at this path.", request.id);
  }
  if (request.method == "OPTIONS") return allowed_methods(join(match.allowed));
  auto response = problem(405, "method_not_allowed",
                          "This path does not do " + std::string(request.method) + ".", request.id);
  return std::move(response.with("Allow", join(match.allowed)));
}

}  // namespace kontor::http
