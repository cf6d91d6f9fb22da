#include "http/server.h"

#include <csignal>
#include <utility>

#include "http/httplib_adapter.h"
#include "http/reactor.h"

namespace kontor::http {
namespace {

constexpr std::size_t k_urgent_queue = 64;
// Threads that make long bodies: one that is slow to make holds up one other at most.
constexpr int k_producers = 2;
// Of one body; then the others who wait have their turn.
constexpr std::size_t k_turn_bytes = 1024 * 1024;

// Threads inherit the mask: signals stay with the main thread, and a write to a connection that the
// client has closed fails with EPIPE instead of ending the process.
class BlockedSignals {
 public:
  BlockedSignals() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~BlockedSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  BlockedSignals(const BlockedSignals&) = delete;
  BlockedSignals& operator=(const BlockedSignals&) = delete;

 private:
  sigset_t before_{};
};

HostRules make_host_rules(const ServerOptions& options, const std::vector<Listener>& listeners) {
  if (!options.allowed_hosts.empty()) return HostRules(options.allowed_hosts);
  std::vector<std::string> names = {"localhost", "127.0.0.1", "[::1]"};
  bool any_address = false;
  for (const auto& listener : listeners) {
    if (!listener.is_unix()) names.push_back(listener.host());
    any_address = any_address || listener.is_wildcard();
  }
  return HostRules(std::move(names), any_address);
}

std::vector<std::string> addresses_of(const std::vector<Listener>& listeners) {
  std::vector<std::string> addresses;
  addresses.reserve(listeners.size());
  for (const auto& listener : listeners) addresses.push_back(listener.address());
  return addresses;
}

class FrontServer final : public Server {
 public:
  FrontServer(ServerOptions options, std::vector<Listener> listeners,
              std::unique_ptr<TlsCertificates> tls, Responder responder, OnExchange on_exchange,
              const Clock& clock);
  ~FrontServer() override { drain(std::chrono::milliseconds(0)); }

  bool is_ready() const { return reactor_.is_ready(); }
  std::vector<std::string> addresses() const override { return addresses_; }
  void start() override;
  void drain(std::chrono::milliseconds limit) override;
  Result<void> reload_tls() override;
  ServerStats stats() const override;

 private:
  Front make_front();
  WorkerPool::Serve make_serve(WorkerPool& pool);
  void serve(HttplibParser& parser, WorkerPool& pool, Connection& connection);
  Peer peer_of(const Connection& connection) const;
  Answered ask(const Connection& connection);
  void put_off(WorkerPool& pool, Connection& connection, Answered answered);
  void deliver(Connection& connection, Reply reply);
  void open_stream(Connection& connection, const Reply& reply);
  void produce(Connection& connection);
  bool may_wait(const Connection& connection) const;

  const ServerOptions options_;
  const HostRules hosts_;
  std::vector<std::string> addresses_;
  std::unique_ptr<TlsCertificates> tls_;
  const Responder responder_;
  const OnExchange on_exchange_;
  const Clock& clock_;
  std::shared_ptr<Inbox> inbox_ = std::make_shared<Inbox>();
  Counters counters_;
  std::atomic<bool> draining_{false};
  const Front front_;
  WorkerPool pool_;
  WorkerPool urgent_;
  WorkerPool producers_;
  Reactor reactor_;
};

FrontServer::FrontServer(ServerOptions options, std::vector<Listener> listeners,
                         std::unique_ptr<TlsCertificates> tls, Responder responder,
                         OnExchange on_exchange, const Clock& clock)
    : options_(std::move(options)),
      hosts_(make_host_rules(options_, listeners)),
      addresses_(addresses_of(listeners)),
      tls_(std::move(tls)),
      responder_(std::move(responder)),
      on_exchange_(std::move(on_exchange)),
      clock_(clock),
      front_(make_front()),
      pool_(options_.workers, options_.queue, [this] { return make_serve(pool_); }),
      urgent_(1, k_urgent_queue, [this] { return make_serve(urgent_); }),
      producers_(k_producers, options_.connections,
                 [this] { return [this](Connection& connection) { produce(connection); }; }),
      reactor_(front_, std::move(listeners), {pool_, urgent_, producers_}) {}

Front FrontServer::make_front() {
  return {options_,   hosts_, responder_, on_exchange_, clock_,
          tls_.get(), inbox_, counters_,  draining_};
}

WorkerPool::Serve FrontServer::make_serve(WorkerPool& pool) {
  // std::function copies what it holds, so the parser, one per thread, is shared among the copies.
  auto parser = std::make_shared<HttplibParser>();
  return [this, parser, &pool](Connection& connection) { serve(*parser, pool, connection); };
}

void FrontServer::start() {
  const BlockedSignals blocked;
  reactor_.start();
  pool_.start();
  urgent_.start();
  producers_.start();
}

void FrontServer::drain(std::chrono::milliseconds limit) {
  reactor_.drain(limit);
  pool_.stop();
  urgent_.stop();
  producers_.stop();
  reactor_.drop_connections();
}

Result<void> FrontServer::reload_tls() {
  if (!tls_) return {};
  return tls_->reload();
}

ServerStats FrontServer::stats() const {
  ServerStats stats;
  stats.connections = counters_.connections.load(std::memory_order_relaxed);
  stats.streams = counters_.streams.load(std::memory_order_relaxed);
  stats.queued = pool_.queued() + urgent_.queued();
  stats.busy_workers = pool_.busy() + urgent_.busy();
  stats.accepted = counters_.accepted.load(std::memory_order_relaxed);
  stats.served = counters_.served.load(std::memory_order_relaxed);
  stats.refused = counters_.refused.load(std::memory_order_relaxed);
  return stats;
}

Peer FrontServer::peer_of(const Connection& connection) const {
  return {connection.remote_ip, connection.tls != nullptr, !draining_.load(),
          connection.received_us};
}

Answered FrontServer::ask(const Connection& connection) {
  const Head& head = connection.pending->head;
  counters_.served.fetch_add(1, std::memory_order_relaxed);
  return responder_.ask(head, connection.unread().substr(head.head_bytes, head.body_bytes),
                        peer_of(connection));
}

void FrontServer::serve(HttplibParser& parser, WorkerPool& pool, Connection& connection) {
  const Head& head = connection.pending->head;
  if (connection.waiting) {
    Answered answered = std::move(*connection.waiting);
    connection.waiting.reset();
    if (answered.response.late) responder_.take_late(answered);
    return deliver(connection, responder_.render(std::move(answered), head, peer_of(connection)));
  }
  const auto head_bytes = connection.unread().substr(0, head.head_bytes);
  const int status = parser.second_opinion(head_bytes, head, connection.agreed_fields);
  if (status != 0) {
    const Refusal refusal{status, "ambiguous_head",
                          "A header field of the request is not readable."};
    counters_.refused.fetch_add(1, std::memory_order_relaxed);
    return deliver(connection, responder_.refuse(refusal, head, peer_of(connection)));
  }
  Answered answered = ask(connection);
  if (answered.response.late) return put_off(pool, connection, std::move(answered));
  deliver(connection, responder_.render(std::move(answered), head, peer_of(connection)));
}

// From start() on the connection may be another worker's.
void FrontServer::put_off(WorkerPool& pool, Connection& connection, Answered answered) {
  const auto late = answered.response.late;
  connection.waiting = std::make_unique<Answered>(std::move(answered));
  pool.put_off();
  try {
    late->start([&pool, &connection] { pool.resume(&connection); });
  } catch (...) {
    responder_.fail_late(*connection.waiting);
    pool.resume(&connection);
  }
}

void FrontServer::deliver(Connection& connection, Reply reply) {
  connection.out = std::move(reply.out);
  // Most answers fit into the socket buffer; the reactor writes what is left of the others.
  connection.write_failed = connection.flush() == IoState::failed;
  if (reply.source) {
    connection.body = std::make_unique<ProducedBody>(std::move(reply), connection.out.size());
    inbox_->put_back(&connection);
    return;
  }
  const Head& head = connection.pending->head;
  report_exchange(front_, connection, reply, head.head_bytes + head.body_bytes, &head);
  if (reply.on_stream && !connection.write_failed) open_stream(connection, reply);
  inbox_->put_back(&connection, may_wait(connection));
}

// All is written and nothing more was read: the reactor takes the connection back when it wakes for
// another reason, mostly this client's next request. That saves it a turn for each answer.
bool FrontServer::may_wait(const Connection& connection) const {
  const Head& head = connection.pending->head;
  const bool has_more = connection.unread().size() > head.head_bytes + head.body_bytes;
  return connection.out.empty() && !connection.out.close_after && !has_more &&
         !connection.write_failed && !connection.stream && !connection.tls && !draining_.load();
}

// Piece after piece, as long as the socket takes them: a client that reads slowly holds no thread,
// the reactor asks again when it has room.
void FrontServer::produce(Connection& connection) {
  auto& body = *connection.body;
  const auto enough = body.bytes() + k_turn_bytes;
  while (!connection.write_failed && !body.has_ended() && body.bytes() < enough) {
    connection.write_failed = !body.next(connection.out);
    if (connection.write_failed) break;
    const auto state = connection.flush();
    connection.write_failed = state == IoState::failed;
    if (state == IoState::again) break;
  }
  inbox_->put_back(&connection);
}

void FrontServer::open_stream(Connection& connection, const Reply& reply) {
  connection.stream = std::make_shared<EventStream>(inbox_, &connection);
  try {
    reply.on_stream(connection.stream);
  } catch (...) {
    connection.write_failed = true;
  }
}

Result<std::vector<Listener>> open_listeners(const std::vector<std::string>& addresses) {
  std::vector<Listener> listeners;
  listeners.reserve(addresses.size());
  for (const auto& address : addresses) listeners.push_back(TRY(Listener::open(address)));
  return listeners;
}

}  // namespace

Result<std::unique_ptr<Server>> Server::open(ServerOptions options, Handler handler,
                                             Problem problem, OnExchange on_exchange,
                                             const Clock& clock, Random& random) {
  std::unique_ptr<TlsCertificates> tls;
  if (!options.tls.certificate.empty()) tls = TRY(TlsCertificates::open(options.tls));
  auto listeners = TRY(open_listeners(options.listen));
  auto proxies = TRY(TrustedProxies::make(options.trusted_proxies));
  Responder responder(std::move(handler), std::move(problem), std::move(proxies), clock, random);
  auto server =
      std::make_unique<FrontServer>(std::move(options), std::move(listeners), std::move(tls),
                                    std::move(responder), std::move(on_exchange), clock);
  if (!server->is_ready()) {
    return Error{.code = Code::unavailable,
                 .message = "the kernel has no file descriptor left for the server",
                 .hint = "raise the limit of open files (ulimit -n)"};
  }
  return std::unique_ptr<Server>(std::move(server));
}

}  // namespace kontor::http
