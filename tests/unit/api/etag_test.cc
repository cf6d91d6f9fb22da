#include "api/etag.h"

#include <catch_amalgamated.hpp>

#include "api/url.h"

namespace kontor::api {
namespace {

TEST_CASE("the tag of a record is its version, and comes back as If-Match") {
  CHECK(version_tag(7) == "\"v7\"");
  CHECK(parse_if_match(version_tag(7)) == 7);
  CHECK(parse_if_match(" \"v123\" ") == 123);
  CHECK(parse_if_match("*") == k_any_version);
}

TEST_CASE(
    "a reply with other records beside it has a tag of its content that still says the version") {
  CHECK(version_tag(7, "a") != version_tag(7, "b"));
  CHECK(parse_if_match(version_tag(7, "a")) == 7);
}

TEST_CASE("what is no strong tag of one version is no If-Match") {
  for (const char* text :
       {"", "v7", "\"7\"", "W/\"v7\"", "\"v7\", \"v8\"", "\"v\"", "\"v0\"", "\"v-1\"", "\"v7",
        "\"v7x\"", "\"v99999999999999999999\"", "\"\"", "\"v7\"\"v8\""}) {
    INFO(text);
    CHECK_FALSE(parse_if_match(text).has_value());
  }
}

TEST_CASE("the paths of a batch are decoded once, with their parameters") {
  const auto target = split_target("/api/v1/customers/a%20b?x=1&y%5Bin%5D=a%2Cb+c&z");
  REQUIRE(target.has_value());
  CHECK(target->path == "/api/v1/customers/a b");
  CHECK(target->query == http::Params{{"x", "1"}, {"y[in]", "a,b c"}, {"z", ""}});
  CHECK_FALSE(split_target("/a%zz").has_value());
  CHECK_FALSE(split_target("customers").has_value());
}

TEST_CASE("what is put into a link survives the way back") {
  const std::string odd = "a b&c=d%[é]+\"";
  const auto target = split_target("/x?q=" + encode_parameter(odd));
  REQUIRE(target.has_value());
  CHECK(target->query.at(0).second == odd);
}

}  // namespace
}  // namespace kontor::api
