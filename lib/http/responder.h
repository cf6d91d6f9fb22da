// From a checked request, or a refusal, to the bytes of an answer.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/random.h"
#include "http/forwarded.h"
#include "http/gate.h"
#include "http/reply.h"
#include "http/request_id.h"
#include "http/server.h"

namespace kontor::http {

// Where a request came from, and whether its connection may go on.
struct Peer {
  std::string_view remote_ip;
  bool secure = false;
  bool may_keep_alive = true;
  std::int64_t received_us = 0;  // when the request was complete
};

// What a handler said, and what is needed of the request to send it.
struct Answered {
  Response response;
  std::string request_id;
  std::string client_ip;  // empty: the connection's
};

// Stateless but for what it refers to; used by all workers and the reactor at the same time.
class Responder {
 public:
  Responder(Handler handler, Server::Problem problem, TrustedProxies proxies, const Clock& clock,
            Random& random);

  // Runs the handler. What it throws becomes a 500 that says nothing about it.
  Answered ask(const Head& head, std::string_view body, const Peer& peer) const;
  // Takes the answer that was late (Response::late).
  void take_late(Answered& answered) const;
  // For a late answer that could not even be begun.
  void fail_late(Answered& answered) const;
  // Conditions, compression and the writer.
  Reply render(Answered answered, const Head& head, const Peer& peer) const;
  // The connection ends after a refusal, always: where the next request starts is not certain.
  Reply refuse(const Refusal& refusal, const Head& head, const Peer& peer) const;

 private:
  Request make_request(const Head& head, std::string_view body, const Peer& peer) const;
  Response broken(std::string_view request_id) const;
  template <class Make>
  Response sendable(std::string_view request_id, Make&& make) const;
  Reply write(Response response, const Head& head, const Peer& peer, std::string request_id) const;

  Handler handler_;
  Server::Problem problem_;
  TrustedProxies proxies_;
  const Clock& clock_;
  std::unique_ptr<RequestIds> ids_;
};

}  // namespace kontor::http
