#include <catch_amalgamated.hpp>
#include <future>

#include "api/service.h"
#include "base/password_hash.h"
#include "crm/accounts/users.h"
#include "http/response_writer.h"
#include "support/database.h"
#include "support/packed_assets.h"

namespace kontor::api {
namespace {

using http::header_of;

constexpr std::string_view k_owner =
    R"({"email":"ann@example.com","password":"nine blue herons at dawn"})";
constexpr std::string_view k_browser =
    "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8,"
    "application/signed-exchange;v=b3;q=0.7";

std::string packed_ui() {
  std::vector<test::PackedAsset> assets = {
      {"/assets/main-1A2B3C4D.js", "text/javascript; charset=utf-8", "\"js\"",
       "public, max-age=31536000, immutable", "script", "zipped", "brotled"},
      {"/favicon.svg", "image/svg+xml", "\"icon\"", "no-cache", "picture"}};
  for (const std::string language : {"en", "vi"}) {
    for (const std::string theme : {"auto", "light", "dark"}) {
      const std::string name = language + "-" + theme;
      assets.push_back({"index-" + name + ".html", "text/html; charset=utf-8",
                        std::string("\"").append(name).append("\""), "no-cache", name});
    }
  }
  return test::pack_assets(assets);
}

struct World {
  explicit World(bool with_user = true, std::string ui = packed_ui()) : packed(std::move(ui)) {
    if (with_user) add_owner();
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

  std::string packed;
  test::FakeClock clock;
  SystemRandom random;
  UuidSource ids{clock, random};
  test::Database database{clock};
  crm::Organisation organisation;
  EventHub hub{database.store()};
  crm::Records records{organisation, ids, [this] { hub.wake(); }};
  crm::Accounts accounts{{.store = database.store(),
                          .ids = ids,
                          .clock = clock,
                          .random = random,
                          .settings = {.cost = {.memory_kib = 1024, .passes = 1}},
                          .master_key = SecretKey(std::string(32, 'k'))}};
  std::unique_ptr<Api> api = Api::open({.store = database.store(),
                                        .records = records,
                                        .events = hub,
                                        .accounts = accounts,
                                        .ids = ids,
                                        .random = random,
                                        .clock = clock},
                                       {.version = "1.2.3", .web = packed});
  http::Handler handler = api->handler();
  std::string session;

  http::Response ask(std::string_view method, std::string target,
                     std::vector<std::pair<std::string_view, std::string_view>> headers,
                     std::string_view body = {}) {
    http::Request request;
    request.method = method;
    request.path = target.substr(0, target.find('?'));
    request.target = target;
    request.body = body;
    request.peer_ip = request.remote_ip = "127.0.0.1";
    request.headers = std::move(headers);
    if (!session.empty()) request.headers.emplace_back("Cookie", session);
    http::Response response = handler(request);
    return response.late == nullptr ? response : conclude(*response.late);
  }

  http::Response call(std::string_view method, std::string path, std::string_view body = {}) {
    return ask(method, std::move(path),
               {{"Sec-Fetch-Site", "same-origin"}, {"Content-Type", "application/json"}}, body);
  }

  http::Response browse(std::string target) {
    return ask("GET", std::move(target), {{"Accept", k_browser}});
  }

  http::Response fetch(std::string target, std::string_view accept) {
    return ask("GET", std::move(target), {{"Accept", accept}});
  }

  static http::Response conclude(http::LateAnswer& late) {
    std::promise<void> ready;
    late.start([&] { ready.set_value(); });
    ready.get_future().wait();
    return late.take();
  }

  void sign_in() {
    const http::Response response = call("POST", "/api/v1/session", k_owner);
    REQUIRE(response.status == 201);
    for (const auto& [name, value] : response.headers)
      if (name == "Set-Cookie" && value.starts_with("kontor_session="))
        session = value.substr(0, value.find(';'));
  }
};

std::string_view location(const http::Response& response) {
  return response.status == 303 ? header_of(response, "Location") : "";
}

TEST_CASE("who has signed in gets the page at every address of the UI") {
  World world;
  world.sign_in();
  for (const char* path : {"/", "/customers", "/customers/01890000-0000-7000-8000-000000000000",
                           "/orders?status=draft", "/settings/users", "/audit", "/a/b/c"}) {
    INFO(path);
    const http::Response page = world.browse(path);
    CHECK(page.status == 200);
    CHECK(page.static_body == "en-auto");
    CHECK(page.content_type == "text/html; charset=utf-8");
    CHECK(header_of(page, "Cache-Control") == "no-cache");
    CHECK(header_of(page, "ETag") == "\"en-auto\"");
    CHECK(header_of(page, "Vary") == "Cookie, Accept-Language");
  }
}

TEST_CASE("a browser that has not signed in is sent to the sign-in page, and back afterwards") {
  World world;
  CHECK(location(world.browse("/")) == "/login");
  CHECK(location(world.browse("/customers")) == "/login?next=%2Fcustomers");
  CHECK(location(world.browse("/orders?status=draft&sort=-total")) ==
        "/login?next=%2Forders%3Fstatus%3Ddraft%26sort%3D-total");
  world.session = "kontor_session=nobody";
  CHECK(location(world.browse("/customers")) == "/login?next=%2Fcustomers");
  CHECK(header_of(world.browse("/customers"), "ETag").empty());
}

TEST_CASE("signing in leads to no other site") {
  World world;
  CHECK(location(world.browse("//evil.example/x")) == "/login");
}

TEST_CASE("the sign-in and set-up pages are for everybody") {
  World world;
  for (const char* path : {"/login", "/login?next=%2Forders", "/setup?token=x"})
    CHECK(world.browse(path).static_body == "en-auto");
}

TEST_CASE("while there is no user every address leads to the set-up page") {
  World world(false);
  for (const char* path : {"/", "/login", "/customers", "/anything"})
    CHECK(location(world.browse(path)) == "/setup");
  CHECK(world.browse("/setup?token=x").static_body == "en-auto");
  CHECK(world.call("GET", "/api/v1/customers").status == 401);
}

TEST_CASE("the page is in the language and theme of the cookies, else as the browser asks") {
  World world;
  const auto page = [&](std::string_view cookie, std::string_view languages) {
    const http::Response response =
        world.ask("GET", "/login",
                  {{"Accept", k_browser}, {"Cookie", cookie}, {"Accept-Language", languages}});
    return std::string(response.static_body);
  };
  CHECK(page("", "") == "en-auto");
  CHECK(page("", "vi-VN,vi;q=0.9,en;q=0.8") == "vi-auto");
  CHECK(page("", "en-GB,vi;q=0.9") == "en-auto");
  CHECK(page("", "de, en;q=0.4, VI;q=0.5") == "vi-auto");
  CHECK(page("", "de") == "en-auto");
  CHECK(page("kontor_lang=en", "vi") == "en-auto");
  CHECK(page("a=b; kontor_lang=vi; kontor_theme=dark", "en") == "vi-dark");
  CHECK(page("kontor_theme=light", "") == "en-light");
  CHECK(page("kontor_lang=../x; kontor_theme=pink", "") == "en-auto");
}

TEST_CASE("programs get answers for programs") {
  World world;
  world.sign_in();
  const http::Response front = world.fetch("/", "application/json");
  CHECK(front.status == 200);
  CHECK(front.body.find(R"("api":"/api/v1")") != std::string::npos);
  CHECK(world.fetch("/", "application/json, text/plain, */*").content_type == "application/json");
  CHECK(world.fetch("/customers", "application/json").status == 404);
  // Who takes anything gets the pages that there are for sure, and no others.
  CHECK(world.fetch("/customers", "*/*").static_body == "en-auto");
  CHECK(world.fetch("/anything", "*/*").status == 404);
  CHECK(world.fetch("/customers", "text/html;q=0, */*;q=0").status == 404);
  CHECK(world.ask("POST", "/customers", {{"Accept", k_browser}}).status == 404);
}

TEST_CASE("no page stands where programs look for something that is not there") {
  World world;
  world.sign_in();
  for (const char* path : {"/api/v1/nothing", "/api", "/assets/other-1A2B3C4D.js", "/assets",
                           "/docs/nothing", "/health/x", "/metrics/x", "/.env", "/wp-login.php",
                           "/customers/x.html", "/index-en-auto.html"}) {
    INFO(path);
    const http::Response response = world.browse(path);
    CHECK(response.status == 404);
    CHECK(response.content_type == "application/problem+json");
  }
}

TEST_CASE("the files of the UI are for everybody, from memory and compressed beforehand") {
  World world;
  const http::Response script = world.ask("GET", "/assets/main-1A2B3C4D.js",
                                          {{"Accept", "*/*"}, {"Accept-Encoding", "gzip, br"}});
  CHECK(script.status == 200);
  CHECK(script.static_body == "brotled");
  CHECK(header_of(script, "Cache-Control") == "public, max-age=31536000, immutable");
  const http::Response icon = world.fetch("/favicon.svg", "image/*");
  CHECK(icon.static_body == "picture");
  CHECK(header_of(icon, "Cache-Control") == "no-cache");
}

TEST_CASE("a program without a UI answers as the reference says") {
  World world(true, "");
  const http::Response front = world.browse("/");
  CHECK(front.status == 200);
  CHECK(front.static_body.find("/api/v1/customers") != std::string_view::npos);
  CHECK(world.browse("/customers").status == 404);
  CHECK(world.browse("/assets/main-1A2B3C4D.js").status == 404);
}

}  // namespace
}  // namespace kontor::api
