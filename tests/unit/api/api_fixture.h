// The API over a throw-away database, asked as the front asks it; and an owner who can sign in.
#pragma once

#include <catch_amalgamated.hpp>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "api/service.h"
#include "base/password_hash.h"
#include "crm/accounts/users.h"
#include "support/database.h"

namespace kontor::api {

struct ApiFixture {
  static constexpr std::string_view k_owner =
      R"({"email":"ann@example.com","password":"nine blue herons at dawn"})";
  using Adjust = std::function<void(Services&, Settings&)>;

  test::FakeClock clock;
  SystemRandom random;
  UuidSource ids{clock, random};
  test::Database database{clock};
  crm::CurrentOrganisation organisation;
  EventHub hub{database.store()};
  crm::Records records{organisation, ids, [this] { hub.wake(); }};
  crm::Accounts accounts{{.store = database.store(),
                          .ids = ids,
                          .clock = clock,
                          .random = random,
                          .settings = {.cost = {.memory_kib = 1024, .passes = 1}},
                          .master_key = SecretKey(std::string(SecretKey::k_bytes, 'k'))}};
  std::unique_ptr<Api> api;
  http::Handler handler;
  std::string cookie;  // of who has signed in

  // `adjust` adds to what the API is given.
  explicit ApiFixture(const Adjust& adjust = {}) {
    Services services = plain_services();
    Settings settings = {.version = "1.2.3"};
    if (adjust) adjust(services, settings);
    api = Api::open(std::move(services), std::move(settings));
    handler = api->handler();
  }

  Services plain_services() {
    return {.store = database.store(),
            .organisation = organisation,
            .records = records,
            .events = hub,
            .accounts = accounts,
            .ids = ids,
            .random = random,
            .clock = clock};
  }

  void add_owner() {
    const auto hash = hash_password("nine blue herons at dawn", accounts.settings().cost);
    REQUIRE(database.store()
                .write([&](store::WriteTx& tx) {
                  return crm::create_user(tx, {.now_ms = clock.now_ms()},
                                          {.id = ids.next(),
                                           .email = "ann@example.com",
                                           .roles = {"owner"},
                                           .password_hash = *hash});
                })
                .ok());
  }

  // From this machine, with the cookie of who has signed in.
  http::Response ask(std::string_view method, std::string target,
                     std::vector<std::pair<std::string_view, std::string_view>> headers,
                     std::string_view body = {}) {
    http::Request request;
    request.method = method;
    request.path = target.substr(0, target.find('?'));
    request.target = std::move(target);
    request.body = body;
    request.id = "req-1";
    request.peer_ip = request.remote_ip = "127.0.0.1";
    request.headers = std::move(headers);
    if (!cookie.empty()) request.headers.emplace_back("Cookie", cookie);
    http::Response response = handler(request);
    return response.late == nullptr ? response : conclude(*response.late);
  }

  // As a page of ours calls it.
  http::Response call(std::string_view method, std::string path, std::string_view body = {}) {
    return ask(method, std::move(path),
               {{"Sec-Fetch-Site", "same-origin"}, {"Content-Type", "application/json"}}, body);
  }

  // As a worker does with an answer that waits for a hash or the disk.
  static http::Response conclude(http::LateAnswer& late) {
    std::promise<void> ready;
    late.start([&] { ready.set_value(); });
    ready.get_future().wait();
    return late.take();
  }

  // As the owner, who is there already.
  void sign_in() {
    const http::Response response = call("POST", "/api/v1/session", k_owner);
    REQUIRE(response.status == 201);
    for (const auto& [name, value] : response.headers)
      if (name == "Set-Cookie" && value.starts_with("kontor_session="))
        cookie = value.substr(0, value.find(';'));
  }
};

}  // namespace kontor::api
