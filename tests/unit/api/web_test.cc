#include "http/response_writer.h"
#include "support/packed_assets.h"
#include "unit/api/api_fixture.h"

namespace kontor::api {
namespace {

using http::header_of;

constexpr std::string_view k_browser =
    "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8,"
    "application/signed-exchange;v=b3;q=0.7";

std::string packed_ui() {
  std::vector<test::PackedAsset> assets = {
      {"/assets/main-1A2B3C4D.js", "text/javascript; charset=utf-8", "\"js\"",
       "public, max-age=31536000, immutable", "script", "zipped", "brotled"},
      {"/favicon.svg", "image/svg+xml", "\"icon\"", "no-cache", "picture"}};
  for (const std::string screen : {"sign_in", "setup", "home", "list", "record", "index"})
    for (const std::string language : {"en", "vi"})
      for (const std::string theme : {"auto", "light", "dark"}) {
        const std::string name = screen + "-" + language + "-" + theme;
        assets.push_back({name + ".html", "text/html; charset=utf-8",
                          std::string("\"").append(name).append("\""), "no-cache", name});
      }
  return test::pack_assets(assets);
}

// What the API serves has to outlive it.
struct PackedUi {
  std::string packed;
};

struct World : PackedUi, ApiFixture {
  explicit World(bool with_user = true, std::string ui = packed_ui())
      : PackedUi{std::move(ui)},
        ApiFixture([this](Services&, Settings& settings) { settings.web = packed; }) {
    if (with_user) add_owner();
  }

  http::Response browse(std::string target) {
    return ask("GET", std::move(target), {{"Accept", k_browser}});
  }

  http::Response fetch(std::string target, std::string_view accept) {
    return ask("GET", std::move(target), {{"Accept", accept}});
  }
};

std::string_view location(const http::Response& response) {
  return response.status == 303 ? header_of(response, "Location") : "";
}

TEST_CASE("who has signed in gets the page at every address of the UI") {
  World world;
  world.sign_in();
  for (const auto& [path, screen] :
       {std::pair{"/", "home"}, std::pair{"/customers", "list"},
        std::pair{"/customers/01890000-0000-7000-8000-000000000000", "record"},
        std::pair{"/orders?status=draft", "list"}, std::pair{"/orders/new", "record"},
        std::pair{"/orders/a/b", "index"}, std::pair{"/settings/users", "index"},
        std::pair{"/audit", "index"}, std::pair{"/a/b/c", "index"}}) {
    INFO(path);
    const http::Response page = world.browse(path);
    const std::string name = std::string(screen) + "-en-auto";
    CHECK(page.status == 200);
    CHECK(page.static_body == name);
    CHECK(page.content_type == "text/html; charset=utf-8");
    CHECK(header_of(page, "Cache-Control") == "no-cache");
    CHECK(header_of(page, "ETag") == "\"" + name + "\"");
    CHECK(header_of(page, "Vary") == "Cookie, Accept-Language");
  }
}

TEST_CASE("a browser that has not signed in is sent to the sign-in page, and back afterwards") {
  World world;
  CHECK(location(world.browse("/")) == "/login");
  CHECK(location(world.browse("/customers")) == "/login?next=%2Fcustomers");
  CHECK(location(world.browse("/orders?status=draft&sort=-total")) ==
        "/login?next=%2Forders%3Fstatus%3Ddraft%26sort%3D-total");
  world.cookie = "kontor_session=nobody";
  CHECK(location(world.browse("/customers")) == "/login?next=%2Fcustomers");
  CHECK(header_of(world.browse("/customers"), "ETag").empty());
}

TEST_CASE("signing in leads to no other site") {
  World world;
  CHECK(location(world.browse("//evil.example/x")) == "/login");
}

TEST_CASE("the sign-in and set-up pages are for everybody") {
  World world;
  for (const char* path : {"/login", "/login?next=%2Forders"})
    CHECK(world.browse(path).static_body == "sign_in-en-auto");
  CHECK(world.browse("/setup?token=x").static_body == "setup-en-auto");
}

TEST_CASE("while there is no user every address leads to the set-up page") {
  World world(false);
  for (const char* path : {"/", "/login", "/customers", "/anything"})
    CHECK(location(world.browse(path)) == "/setup");
  CHECK(world.browse("/setup?token=x").static_body == "setup-en-auto");
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
  CHECK(page("", "") == "sign_in-en-auto");
  CHECK(page("", "vi-VN,vi;q=0.9,en;q=0.8") == "sign_in-vi-auto");
  CHECK(page("", "en-GB,vi;q=0.9") == "sign_in-en-auto");
  CHECK(page("", "de, en;q=0.4, VI;q=0.5") == "sign_in-vi-auto");
  CHECK(page("", "de") == "sign_in-en-auto");
  CHECK(page("kontor_lang=en", "vi") == "sign_in-en-auto");
  CHECK(page("a=b; kontor_lang=vi; kontor_theme=dark", "en") == "sign_in-vi-dark");
  CHECK(page("kontor_theme=light", "") == "sign_in-en-light");
  CHECK(page("kontor_lang=../x; kontor_theme=pink", "") == "sign_in-en-auto");
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
  CHECK(world.fetch("/customers", "*/*").static_body == "list-en-auto");
  CHECK(world.fetch("/anything", "*/*").status == 404);
  CHECK(world.fetch("/customers", "text/html;q=0, */*;q=0").status == 404);
  CHECK(world.ask("POST", "/customers", {{"Accept", k_browser}}).status == 404);
}

TEST_CASE("no page stands where programs look for something that is not there") {
  World world;
  world.sign_in();
  for (const char* path : {"/api/v1/nothing", "/api", "/assets/other-1A2B3C4D.js", "/assets",
                           "/docs/nothing", "/health/x", "/metrics/x", "/.env", "/wp-login.php",
                           "/customers/x.html", "/index-en-auto.html", "/list-en-auto.html"}) {
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
