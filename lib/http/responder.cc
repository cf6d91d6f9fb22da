#include "http/responder.h"

#include <utility>

#include "http/compression.h"
#include "http/conditional.h"
#include "http/request_id.h"
#include "http/response_writer.h"

namespace kontor::http {
namespace {

// A body up to this size is copied behind the head, so that one write sends both.
constexpr std::size_t k_join_bytes = 32 * 1024;

Request make_request(const Head& head, std::string_view body, const Peer& peer, std::string id) {
  Request request;
  request.method = head.method;
  request.path = head.path;
  request.target = head.target;
  request.query = head.query;
  request.headers = head.fields;
  request.body = body;
  request.remote_ip = peer.remote_ip;
  request.secure = peer.secure;
  request.id = std::move(id);
  return request;
}

Outgoing make_outgoing(Response& response, std::string head, bool with_body) {
  Outgoing out;
  out.head = std::move(head);
  if (!with_body || response.on_stream) return out;
  if (!response.static_body.empty()) {
    out.static_body = response.static_body;
  } else if (response.body.size() <= k_join_bytes) {
    out.head += response.body;
  } else {
    out.body = std::move(response.body);
  }
  return out;
}

}  // namespace

Responder::Responder(Handler handler, Server::Problem problem, const Clock& clock, Random& random)
    : handler_(std::move(handler)), problem_(std::move(problem)), clock_(clock), random_(random) {}

Response Responder::handle(const Request& request) const {
  try {
    auto response = handler_(request);
    if (is_sendable(response)) return response;
  } catch (...) {
    return problem_(500, "internal", "Something went wrong inside the server.", request.id);
  }
  return problem_(500, "bad_response", "The server made an answer that it must not send.",
                  request.id);
}

Reply Responder::answer(const Head& head, std::string_view body, const Peer& peer) const {
  const auto request =
      make_request(head, body, peer, request_id_from(head.field("X-Request-Id"), random_));
  auto response = handle(request);
  if (response.on_stream && head.method == "HEAD") response.on_stream = nullptr;
  if (!response.on_stream) {
    apply_conditions(head.method, head.field("If-None-Match"), response);
    compress_response(head.field("Accept-Encoding"), response);
  }
  return render(std::move(response), head, peer, request.id);
}

Reply Responder::refuse(const Refusal& refusal, const Head& head, const Peer& peer) const {
  auto id = request_id_from(head.field("X-Request-Id"), random_);
  auto response = problem_(refusal.status, refusal.code, refusal.detail, id);
  if (refusal.status == 405) response.with("Allow", std::string(k_methods));
  if (refusal.status == 503) response.with("Retry-After", "1");
  auto last = peer;
  last.may_keep_alive = false;
  auto reply = render(std::move(response), head, last, std::move(id));
  reply.refusal = refusal.code;
  return reply;
}

Reply Responder::render(Response response, const Head& head, const Peer& peer,
                        std::string request_id) const {
  const bool keep_alive =
      peer.may_keep_alive && head.keep_alive && !wants_close(response) && !response.on_stream;
  const HeadContext context{request_id, clock_.now_ms(), keep_alive, peer.secure};
  const bool with_body = head.method != "HEAD" && may_have_body(response.status);
  Reply reply;
  reply.out = make_outgoing(response, render_head(response, context), with_body);
  reply.out.close_after = !keep_alive;
  reply.status = response.status;
  reply.request_id = std::move(request_id);
  reply.on_stream = std::move(response.on_stream);
  return reply;
}

}  // namespace kontor::http
