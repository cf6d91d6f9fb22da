#include "api/problem.h"

#include <catch_amalgamated.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/json.h"

namespace kontor::api {
namespace {

Json parsed(const std::string& text) {
  Result<Json> json = parse_json(text);
  REQUIRE(json.ok());
  return *json;
}

std::string text_of(const Json& json, std::string_view name) {
  const Json* member = json.find(name);
  REQUIRE(member != nullptr);
  REQUIRE(member->string() != nullptr);
  return *member->string();
}

// Every `kind = "x"` in a source text.
std::vector<std::string> kinds_in(const std::string& source) {
  constexpr std::string_view mark = ".kind = \"";
  std::vector<std::string> kinds;
  for (auto at = source.find(mark); at != std::string::npos; at = source.find(mark, at + 1)) {
    const auto begin = at + mark.size();
    kinds.push_back(source.substr(begin, source.find('"', begin) - begin));
  }
  return kinds;
}

TEST_CASE("a problem document says what, where, and how to find it in the log") {
  const Error error{.code = Code::invalid,
                    .message = "2 fields cannot be accepted.",
                    .kind = "validation_failed",
                    .fields = {{"/name", "required", "Name is missing."},
                               {"/lines/0/quantity", "out_of_range", "Too few."}}};
  const http::Response response = problem(error, "req-1");
  CHECK(response.status == 422);
  CHECK(response.content_type == "application/problem+json");
  const Json json = parsed(response.body);
  CHECK(text_of(json, "type") == "/docs/problems/validation_failed");
  CHECK(text_of(json, "code") == "validation_failed");
  CHECK(text_of(json, "detail") == "2 fields cannot be accepted.");
  CHECK(text_of(json, "request_id") == "req-1");
  CHECK(*json.find("status")->integer() == 422);
  const JsonArray& errors = *json.find("errors")->array();
  REQUIRE(errors.size() == 2);
  CHECK(text_of(errors[1], "pointer") == "/lines/0/quantity");
  CHECK(text_of(errors[1], "code") == "out_of_range");
}

TEST_CASE("a refused move lists the moves that are allowed, even if there are none") {
  Error error{
      .code = Code::conflict, .message = "No.", .kind = "move_not_allowed", .allowed = {"cancel"}};
  CHECK(parsed(problem(error, "").body).find("allowed")->array()->size() == 1);
  error.allowed.clear();
  CHECK(parsed(problem(error, "").body).find("allowed")->array()->empty());
}

TEST_CASE("a stale change is answered with the current record") {
  const Error error{.code = Code::stale, .message = "Changed.", .current = R"({"version":8})"};
  const http::Response response = problem(error, "");
  CHECK(response.status == 412);
  CHECK(*parsed(response.body).find("current")->find("version")->integer() == 8);
}

TEST_CASE(
    "an error without a kind has the code of its class, and one of an unknown kind keeps it") {
  CHECK(text_of(parsed(problem({.code = Code::not_found}, "").body), "code") == "not_found");
  const Json json = parsed(problem({.code = Code::conflict, .kind = "brand_new"}, "").body);
  CHECK(text_of(json, "code") == "brand_new");
  CHECK(text_of(json, "type") == "/docs/problems/conflict");
}

TEST_CASE("what the command line alone can meet counts as an internal error") {
  for (const Code code : {Code::usage, Code::locked, Code::wrong_key, Code::newer_schema}) {
    CHECK(status_of(code) == 500);
  }
  CHECK(status_of(Code::io_error) == 503);
  CHECK(status_of(Code::disk_full) == 507);
  CHECK(status_of(Code::busy) == 503);
}

TEST_CASE("what a bug or a broken disk says is not told to clients") {
  for (const Code code : {Code::internal, Code::io_error, Code::locked}) {
    const http::Response response = problem({.code = code, .message = "secret/kontor.db"}, "r");
    CHECK(response.body.find("secret") == std::string::npos);
    CHECK_FALSE(text_of(parsed(response.body), "detail").empty());
  }
}

TEST_CASE("a busy server says when to come back") {
  const http::Response response = problem({.code = Code::busy, .message = "Full."}, "");
  CHECK(response.headers.back() == std::pair<std::string, std::string>("Retry-After", "1"));
}

TEST_CASE("refusals of the front point to a page that exists, whatever their code") {
  for (const auto& [status, code] : std::vector<std::pair<int, std::string>>{{400, "bad_header"},
                                                                             {408, "timeout"},
                                                                             {413, "too_large"},
                                                                             {431, "x"},
                                                                             {418, "teapot"},
                                                                             {599, "odd"}}) {
    const http::Response response = refusal(status, code, "No.", "r");
    CHECK(response.status == status);
    const std::string page = text_of(parsed(response.body), "type");
    CHECK(find_problem(page.substr(std::string("/docs/problems/").size())) != nullptr);
  }
}

TEST_CASE("every kind of problem that the business can answer is documented") {
  int seen = 0;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(KONTOR_SOURCE_DIR "/lib")) {
    const auto folder = entry.path().string().substr(std::string(KONTOR_SOURCE_DIR "/lib/").size());
    // Imports, whole exports, demo data, the key of the start and requests for the data of a person
    // are the command line's.
    const bool is_verb = folder.starts_with("crm/imports/") || folder.starts_with("crm/demo/") ||
                         folder.starts_with("crm/exports/export_manifest") ||
                         folder == "crm/accounts/key_check.cc" || folder == "crm/audit/person.cc";
    const bool is_served = (folder.starts_with("crm/") && !is_verb) || folder.starts_with("api/");
    if (entry.path().extension() != ".cc" || !is_served) continue;
    std::ifstream file(entry.path());
    const std::string source((std::istreambuf_iterator<char>(file)),
                             std::istreambuf_iterator<char>());
    for (const std::string& kind : kinds_in(source)) {
      INFO(kind << " in " << folder);
      CHECK(find_problem(kind) != nullptr);
      ++seen;
    }
  }
  CHECK(seen > 10);
}

TEST_CASE("codes are unique, snake_case, and ordered by status") {
  std::vector<std::string_view> codes;
  int last = 0;
  for (const ProblemType& type : problem_types()) {
    CHECK(type.status >= last);
    last = type.status;
    CHECK(std::find(codes.begin(), codes.end(), type.code) == codes.end());
    codes.push_back(type.code);
    CHECK(type.code.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == std::string_view::npos);
    CHECK_FALSE(type.meaning.empty());
  }
}

}  // namespace
}  // namespace kontor::api
