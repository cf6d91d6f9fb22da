#include "api/write_once.h"

#include <algorithm>

#include "crm/idempotency.h"

namespace kontor::api {
namespace {

constexpr std::string_view k_content_type = "Content-Type";

// "Name: value" lines; values were made by us and hold no line breaks.
std::string headers_text(const http::Response& response) {
  std::string text = std::string(k_content_type) + ": " + response.content_type + "\n";
  for (const auto& [name, value] : response.headers)
    text.append(name).append(": ").append(value) += '\n';
  return text;
}

http::Response from_stored(const crm::StoredAnswer& answer) {
  http::Response response{
      .status = answer.status, .headers = {}, .content_type = {}, .body = answer.body};
  std::string_view rest = answer.headers;
  while (!rest.empty()) {
    const auto end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const auto colon = line.find(": ");
    if (colon == std::string_view::npos) continue;
    const std::string name(line.substr(0, colon));
    std::string value(line.substr(colon + 2));
    if (name == k_content_type) {
      response.content_type = std::move(value);
    } else {
      response.with(name, std::move(value));
    }
  }
  return std::move(response.with("Idempotency-Replayed", "true"));
}

Result<http::Response> run_once(const Site& site, store::WriteTx& tx, const Call& call,
                                WriteHandler handler) {
  crm::expire_answers(tx, call.context.now_ms);
  const auto earlier =
      TRY(crm::recall_answer(tx, call.principal, call.idempotency_key, call.request_hash));
  if (earlier) return from_stored(*earlier);
  http::Response response = TRY(handler(site, tx, call));
  crm::store_answer(
      tx, call.principal, call.idempotency_key, call.request_hash,
      {.status = response.status, .headers = headers_text(response), .body = response.body},
      call.context.now_ms);
  return response;
}

}  // namespace

Result<http::Response> write_once(const Site& site, store::WriteTx& tx, const Call& call) {
  const WriteHandler handler = std::get<WriteHandler>(call.route->handler);
  if (call.idempotency_key.empty()) return handler(site, tx, call);
  return run_once(site, tx, call, handler);
}

}  // namespace kontor::api
