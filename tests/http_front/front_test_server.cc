// A server with nothing behind it, for the tests and measurements of lib/http.
// Usage: front_test_server [NAME=VALUE]…, for example: listen=127.0.0.1:0 workers=4 queue=8.
// Prints each bound address on a line of its own, then "ready". SIGHUP reloads the certificates,
// SIGTERM drains; log=1 prints a line for each exchange; "served N" is the last line.
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <mutex>
#include <string>
#include <thread>

#include "base/clock.h"
#include "base/random.h"
#include "http/conditional.h"
#include "http/dispatch.h"
#include "http/server.h"

namespace kontor::http {
namespace {

Response text(std::string body, int status = 200) {
  Response response;
  response.status = status;
  response.content_type = "text/plain; charset=utf-8";
  response.body = std::move(body);
  return response;
}

Response problem(int status, std::string_view code, std::string_view, std::string_view) {
  Response response;
  response.status = status;
  response.content_type = "application/problem+json";
  response.body =
      "{\"status\":" + std::to_string(status) + ",\"code\":\"" + std::string(code) + "\"}";
  return response;
}

std::string query_value(const Request& request, std::string_view name, std::string fallback) {
  for (const auto& [key, value] : request.query) {
    if (key == name) return value;
  }
  return fallback;
}

// Everyone who listens to /events.
class Subscribers {
 public:
  Response join(const Request&) {
    auto response = text("");
    response.content_type = "text/event-stream; charset=utf-8";
    response.on_stream = [this](std::shared_ptr<EventSink> sink) {
      sink->send("event: hello\ndata: 1\n\n");
      const std::lock_guard lock(mutex_);
      sinks_.push_back(std::move(sink));
    };
    return response;
  }

  Response publish(const Request& request) {
    const auto event = "data: " + std::string(request.body) + "\n\n";
    const std::lock_guard lock(mutex_);
    std::erase_if(sinks_, [&](const auto& sink) { return !sink->send(event); });
    return text(std::to_string(sinks_.size()));
  }

 private:
  std::mutex mutex_;
  std::vector<std::shared_ptr<EventSink>> sinks_;
};

Response slow(const Request& request) {
  const auto ms = std::atoi(query_value(request, "ms", "100").c_str());
  std::this_thread::sleep_for(std::chrono::milliseconds(ms));
  return text("slow");
}

// Answers that wait until /release, or for a while.
class Waiting {
 public:
  class Late final : public LateAnswer {
   public:
    Late(Waiting& all, int ms, bool throws) : all_(all), ms_(ms), throws_(throws) {}
    ~Late() override {
      if (timer_.joinable()) timer_.join();
    }
    Late(const Late&) = delete;
    Late& operator=(const Late&) = delete;

    void start(std::function<void()> ready) override {
      if (throws_) throw 1;
      if (ms_ < 0) return all_.add(std::move(ready));
      timer_ = std::thread([this, ready = std::move(ready)] {
        std::this_thread::sleep_for(std::chrono::milliseconds(ms_));
        ready();
      });
    }
    Response take() override {
      if (ms_ == 0) throw 1;
      return text("late");
    }

   private:
    Waiting& all_;
    int ms_;
    bool throws_;
    std::thread timer_;
  };

  Response join(const Request& request) {
    const auto ms = std::atoi(query_value(request, "ms", "-1").c_str());
    auto response = text("");
    response.late = std::make_shared<Late>(*this, ms, query_value(request, "throw", "") == "1");
    return response;
  }

  Response release(const Request&) {
    std::vector<std::function<void()>> ready;
    {
      const std::lock_guard lock(mutex_);
      ready.swap(ready_);
    }
    for (const auto& call : ready) call();
    return text(std::to_string(ready.size()));
  }

 private:
  void add(std::function<void()> ready) {
    const std::lock_guard lock(mutex_);
    ready_.push_back(std::move(ready));
  }

  std::mutex mutex_;
  std::vector<std::function<void()>> ready_;
};

Response echo(const Request& request) {
  auto response = text(std::string(request.body));
  return std::move(response.with("X-Path", std::string(request.target)));
}

Response big(const Request& request) {
  return text(std::string(
      static_cast<std::size_t>(std::atoll(query_value(request, "bytes", "8388608").c_str())), 'x'));
}

// A counted body: "0000000 0000001 …", so that a missing or double piece is seen.
class Count final : public BodySource {
 public:
  Count(std::int64_t bytes, std::int64_t fail_at, bool throws)
      : end_(bytes), fail_at_(fail_at), throws_(throws) {}

  State pull(std::string& out) override {
    for (std::size_t i = 0; i < 8 * 1024 && at_ < end_; ++i, at_ += 8) {
      const auto number = std::to_string(100'000'000 + at_ / 8);  // the last seven digits count
      const auto word = number.substr(number.size() - 7) + " ";
      out.append(word, 0, static_cast<std::size_t>(std::min<std::int64_t>(8, end_ - at_)));
    }
    if (fail_at_ >= 0 && at_ >= fail_at_) {
      if (throws_) throw 1;
      return State::failed;
    }
    return at_ >= end_ ? State::end : State::more;
  }

 private:
  std::int64_t at_ = 0, end_, fail_at_;
  bool throws_;
};

Response made(const Request& request) {
  const auto number = [&](std::string_view name, const char* fallback) {
    return std::atoll(query_value(request, name, fallback).c_str());
  };
  auto response = text("");
  response.source = std::make_shared<Count>(number("bytes", "100000"), number("fail_at", "-1"),
                                            number("throw", "0") != 0);
  return response;
}

Response json(const Request&) {
  auto response = text("[" + std::string(3000, '1') + "]");
  response.content_type = "application/json";
  return std::move(response.with("ETag", etag_of(response.body)));
}

Response stats(const Request&, const Server& server) {
  const auto now = server.stats();
  return text("connections=" + std::to_string(now.connections) +
              " streams=" + std::to_string(now.streams) + " queued=" + std::to_string(now.queued) +
              " busy=" + std::to_string(now.busy_workers) +
              " served=" + std::to_string(now.served) + " refused=" + std::to_string(now.refused));
}

void log(const Exchange& exchange) {
  std::printf("exchange %d %.*s %.*s %.*s in=%zu out=%zu us=%lld%s\n", exchange.status,
              static_cast<int>(exchange.method.size()), exchange.method.data(),
              static_cast<int>(exchange.target.size()), exchange.target.data(),
              static_cast<int>(exchange.refusal.size()), exchange.refusal.data(), exchange.bytes_in,
              exchange.bytes_out, static_cast<long long>(exchange.duration_us),
              exchange.cut ? " cut" : "");
  std::fflush(stdout);
}

struct Program {
  Router router;
  Subscribers subscribers;
  Waiting waiting;
  std::unique_ptr<Server> server;

  Program() {
    router.add("GET", "/", [](const Request&) { return text("home"); });
    router.add("POST", "/", echo);
    router.add("GET", "/ping", [](const Request&) { return text("pong"); });
    router.add("GET", "/health", [](const Request&) { return text("ok"); });
    router.add("GET", "/slow", slow);
    router.add("POST", "/echo", echo);
    router.add("GET", "/echo", echo);
    router.add("GET", "/big", big);
    router.add("GET", "/made", made);
    router.add("GET", "/json", json);
    router.add("GET", "/items/{id}",
               [](const Request& r) { return text(std::string(r.param("id"))); });
    router.add("POST", "/reject", [](const Request&) { return text("no", 422); });
    router.add("GET", "/throw", [](const Request&) -> Response { throw 1; });
    router.add("GET", "/inject", [](const Request& r) {
      return std::move(text("x").with("X-Value", query_value(r, "v", "a\r\nX-Evil: 1")));
    });
    router.add("GET", "/events", [this](const Request& r) { return subscribers.join(r); });
    router.add("POST", "/publish", [this](const Request& r) { return subscribers.publish(r); });
    router.add("GET", "/late", [this](const Request& r) { return waiting.join(r); });
    router.add("POST", "/release", [this](const Request& r) { return waiting.release(r); });
    router.add("GET", "/stats", [this](const Request& r) { return stats(r, *server); });
  }
};

ServerOptions options_from(const std::multimap<std::string, std::string>& arguments) {
  const auto number = [&](const char* name, auto fallback) {
    const auto found = arguments.find(name);
    return found == arguments.end()
               ? fallback
               : static_cast<decltype(fallback)>(std::atoll(found->second.c_str()));
  };
  ServerOptions options;
  options.listen.clear();
  for (auto [at, end] = arguments.equal_range("listen"); at != end; ++at) {
    options.listen.push_back(at->second);
  }
  for (auto [at, end] = arguments.equal_range("host"); at != end; ++at) {
    options.allowed_hosts.push_back(at->second);
  }
  if (arguments.contains("cert")) {
    options.tls = {arguments.find("cert")->second, arguments.find("key")->second};
  }
  options.workers = number("workers", 4);
  options.queue = number("queue", options.queue);
  options.connections = number("connections", options.connections);
  options.connections_per_address = number("per_address", options.connections_per_address);
  options.limit_loopback = arguments.contains("per_address");
  options.urgent_paths = {"/health", "/stats"};
  options.head_ms = number("head_ms", options.head_ms);
  options.idle_ms = number("idle_ms", options.idle_ms);
  options.write_ms = number("write_ms", options.write_ms);
  options.produced_ms = number("produced_ms", options.produced_ms);
  return options;
}

void raise_open_files() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

void serve_until_told(Server& server, std::chrono::milliseconds drain) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGHUP);
  for (int signal = 0; signal != SIGTERM;) {
    sigwait(&signals, &signal);
    if (signal != SIGHUP) continue;
    const auto reloaded = server.reload_tls();
    std::printf("reload %s\n", reloaded.ok() ? "ok" : reloaded.error().message.c_str());
    std::fflush(stdout);
  }
  server.drain(drain);
}

int run(const std::multimap<std::string, std::string>& arguments) {
  sigset_t signals;
  sigfillset(&signals);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  if (!arguments.contains("keep_limits")) raise_open_files();
  const SystemClock clock;
  SystemRandom random;
  Program program;
  const auto handler = [&](const Request& request) {
    return dispatch(program.router, request, problem);
  };
  auto opened = Server::open(options_from(arguments), handler, problem,
                             arguments.contains("log") ? log : Server::OnExchange(), clock, random);
  if (!opened.ok()) {
    std::printf("error %s; try: %s\n", opened.error().message.c_str(), opened.error().hint.c_str());
    return 1;
  }
  program.server = std::move(opened).value();
  program.server->start();
  for (const auto& address : program.server->addresses()) std::printf("%s\n", address.c_str());
  std::printf("ready\n");
  std::fflush(stdout);
  const auto drain = arguments.find("drain_ms");
  serve_until_told(*program.server,
                   std::chrono::milliseconds(
                       drain == arguments.end() ? 10'000 : std::atoll(drain->second.c_str())));
  std::printf("served %llu\n", static_cast<unsigned long long>(program.server->stats().served));
  return 0;
}

}  // namespace
}  // namespace kontor::http

int main(int argc, char** argv) {
  std::multimap<std::string, std::string> arguments;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    const auto equals = argument.find('=');
    arguments.emplace(argument.substr(0, equals),
                      argument.substr(std::min(equals, argument.size() - 1) + 1));
  }
  return kontor::http::run(arguments);
}
