#include "http/asset_pack.h"

#include <catch_amalgamated.hpp>

#include "http/response_writer.h"
#include "support/packed_assets.h"

namespace kontor::http {
namespace {

std::string packed() {
  return test::pack_assets(
      {{"/assets/main-1A2B3C4D.js", "text/javascript; charset=utf-8", "\"abc\"",
        "public, max-age=31536000, immutable", "plain", "zipped", "brotled"},
       {"/assets/inter-1A2B3C4D.woff2", "font/woff2", "\"def\"",
        "public, max-age=31536000, immutable", "font"}});
}

TEST_CASE("a packed file is found by its path and served from where it lies") {
  const std::string bytes = packed();
  const AssetPack pack(bytes);
  REQUIRE(pack.find("/assets/main-1A2B3C4D.js") != nullptr);
  const Response response = serve_asset(*pack.find("/assets/main-1A2B3C4D.js"), "gzip, br");
  CHECK(response.content_type == "text/javascript; charset=utf-8");
  CHECK(response.static_body == "brotled");
  CHECK(response.body.empty());
  CHECK(response.static_body.data() > bytes.data());
  CHECK(response.static_body.data() + response.static_body.size() <= bytes.data() + bytes.size());
  CHECK(header_of(response, "ETag") == "\"abc-br\"");
  CHECK(header_of(response, "Cache-Control") == "public, max-age=31536000, immutable");
}

TEST_CASE("what was kept in one form only is served in it, whatever the client takes") {
  const std::string bytes = packed();
  const AssetPack pack(bytes);
  const Response response = serve_asset(*pack.find("/assets/inter-1A2B3C4D.woff2"), "gzip, br");
  CHECK(response.static_body == "font");
  CHECK(header_of(response, "Content-Encoding").empty());
  CHECK(header_of(response, "Vary").empty());
}

TEST_CASE("a pack of nothing has nothing") {
  CHECK(AssetPack().is_empty());
  CHECK(AssetPack("").is_empty());
  const std::string bytes = packed();
  const AssetPack pack(bytes);
  CHECK_FALSE(pack.is_empty());
  CHECK(pack.find("/assets/other-1A2B3C4D.js") == nullptr);
  CHECK(pack.find("assets/main-1A2B3C4D.js") == nullptr);
}

}  // namespace
}  // namespace kontor::http
