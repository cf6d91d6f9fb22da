#include "http/responder.h"

#include <utility>

#include "base/metrics.h"
#include "http/compression.h"
#include "http/conditional.h"
#include "http/response_writer.h"

namespace kontor::http {
namespace {

// A body up to this size is copied behind the head, so that one write sends both.
constexpr std::size_t k_join_bytes = 32 * 1024;

Outgoing make_outgoing(Response& response, std::string head, bool with_body) {
  Outgoing out;
  out.head = std::move(head);
  if (!with_body || response.on_stream || response.source) return out;
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

Responder::Responder(Handler handler, Server::Problem problem, TrustedProxies proxies,
                     const Clock& clock, Random& random)
    : handler_(std::move(handler)),
      problem_(std::move(problem)),
      proxies_(std::move(proxies)),
      clock_(clock),
      ids_(std::make_unique<RequestIds>(random)) {}

Request Responder::make_request(const Head& head, std::string_view body, const Peer& peer) const {
  Request request;
  request.method = head.method;
  request.path = head.path;
  request.target = head.target;
  request.query = head.query;
  request.headers = head.fields;
  request.body = body;
  request.remote_ip = request.peer_ip = peer.remote_ip;
  request.secure = peer.secure;
  if (auto origin = proxies_.origin(peer.remote_ip, head.fields)) {
    request.remote_ip = std::move(origin->ip);
    request.secure = peer.secure || origin->secure;
  }
  request.id = ids_->id_for(head.field("X-Request-Id"));
  request.received_us = peer.received_us;
  if (peer.received_us != 0) request.queued_us = steady_us() - peer.received_us;
  return request;
}

Response Responder::broken(std::string_view request_id) const {
  return problem_(500, "internal", "Something went wrong inside the server.", request_id);
}

template <class Make>
Response Responder::sendable(std::string_view request_id, Make&& make) const {
  try {
    Response response = make();
    if (is_sendable(response)) return response;
  } catch (...) {
    return broken(request_id);
  }
  return problem_(500, "bad_response", "The server made an answer that it must not send.",
                  request_id);
}

Answered Responder::ask(const Head& head, std::string_view body, const Peer& peer) const {
  auto request = make_request(head, body, peer);
  Answered answered{.response = sendable(request.id, [&] { return handler_(request); })};
  answered.request_id = std::move(request.id);
  if (request.remote_ip != request.peer_ip) answered.client_ip = std::move(request.remote_ip);
  return answered;
}

void Responder::take_late(Answered& answered) const {
  const auto late = std::move(answered.response.late);
  const int route = answered.response.route;
  answered.response = sendable(answered.request_id, [&] { return late->take(); });
  answered.response.route = route;
}

void Responder::fail_late(Answered& answered) const {
  const int route = answered.response.route;
  answered.response = broken(answered.request_id);
  answered.response.route = route;
}

Reply Responder::render(Answered answered, const Head& head, const Peer& peer) const {
  Response& response = answered.response;
  if (response.on_stream && head.method == "HEAD") response.on_stream = nullptr;
  if (!response.on_stream) {
    apply_conditions(head.method, head.field("If-None-Match"), response);
    compress_response(head.field("Accept-Encoding"), response);
  }
  const int route = response.route;
  auto reply = write(std::move(response), head, peer, std::move(answered.request_id));
  reply.route = route;
  reply.client_ip = std::move(answered.client_ip);
  return reply;
}

Reply Responder::refuse(const Refusal& refusal, const Head& head, const Peer& peer) const {
  auto id = ids_->id_for(head.field("X-Request-Id"));
  auto response = problem_(refusal.status, refusal.code, refusal.detail, id);
  if (refusal.status == 405) response.with("Allow", std::string(k_methods));
  if (refusal.status == 503) response.with("Retry-After", "1");
  auto last = peer;
  last.may_keep_alive = false;
  auto reply = write(std::move(response), head, last, std::move(id));
  reply.refusal = refusal.code;
  return reply;
}

Reply Responder::write(Response response, const Head& head, const Peer& peer,
                       std::string request_id) const {
  const bool with_body = head.method != "HEAD" && may_have_body(response.status);
  const bool chunked = !head.http_1_0;
  const bool has_end = !response.on_stream && (!response.source || chunked);
  const bool keep_alive =
      peer.may_keep_alive && head.keep_alive && !wants_close(response) && has_end;
  const HeadContext context{request_id, clock_.now_ms(), keep_alive, peer.secure, chunked};
  Reply reply;
  reply.out = make_outgoing(response, render_head(response, context), with_body);
  reply.out.close_after = !keep_alive;
  reply.status = response.status;
  reply.request_id = std::move(request_id);
  reply.on_stream = std::move(response.on_stream);
  if (with_body) reply.source = std::move(response.source);
  reply.chunked = chunked;
  return reply;
}

}  // namespace kontor::http
