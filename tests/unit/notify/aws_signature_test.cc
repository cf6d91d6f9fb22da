#include "notify/aws_signature.h"

#include <catch_amalgamated.hpp>

#include "base/civil.h"
#include "base/sha256.h"

namespace kontor::notify {
namespace {

// The examples that the S3 API reference works out, with its keys, day and figures.
const AwsKeys k_keys{.id = "AKIAIOSFODNN7EXAMPLE",
                     .secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"};
const std::int64_t k_then_ms = *parse_instant("2013-05-24T00:00:00Z");
const std::string k_nothing = sha256_hex("");

std::string signature(const AwsRequest& request) {
  const std::string text = authorization(request, k_keys, "us-east-1", "s3", k_then_ms);
  return text.substr(text.rfind('=') + 1);
}

AwsRequest request(const std::string& method, const std::string& path, std::vector<Field> query,
                   std::vector<Field> fields, const std::string& payload) {
  fields.emplace_back("host", "examplebucket.s3.amazonaws.com");
  fields.emplace_back("x-amz-date", "20130524T000000Z");
  fields.emplace_back("x-amz-content-sha256", payload);
  return {.method = method,
          .path = path,
          .query = std::move(query),
          .fields = std::move(fields),
          .payload_sha256 = payload};
}

TEST_CASE("requests are signed as the published examples are") {
  CHECK(signature(request("GET", "/test.txt", {}, {{"range", "bytes=0-9"}}, k_nothing)) ==
        "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
  CHECK(signature(request("PUT", "/test%24file.text", {},
                          {{"date", "Fri, 24 May 2013 00:00:00 GMT"},
                           {"x-amz-storage-class", "REDUCED_REDUNDANCY"}},
                          sha256_hex("Welcome to Amazon S3."))) ==
        "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
  CHECK(signature(request("GET", "/", {{"lifecycle", ""}}, {}, k_nothing)) ==
        "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
  CHECK(signature(request("GET", "/", {{"prefix", "J"}, {"max-keys", "2"}}, {}, k_nothing)) ==
        "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
}

TEST_CASE("the header says what is signed, by whom and for where, and not the secret") {
  const std::string text = authorization(request("GET", "/", {}, {}, k_nothing), k_keys,
                                         "eu-central-1", "s3", k_then_ms);
  CHECK(
      text.starts_with("AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/eu-central-1/s3/"
                       "aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date, "
                       "Signature="));
  CHECK(text.find(k_keys.secret) == std::string::npos);
}

TEST_CASE("what is not plain is encoded, and a query is sorted as it is encoded") {
  CHECK(uri_encoded("a b/ü~+") == "a%20b%2F%C3%BC~%2B");
  CHECK(uri_encoded("archive/2026 1", true) == "archive/2026%201");
  CHECK(canonical_query({{"prefix", "a/b"}, {"list-type", "2"}, {"prefix", "a b"}}) ==
        "list-type=2&prefix=a%20b&prefix=a%2Fb");
  CHECK(amz_date(k_then_ms + 999) == "20130524T000000Z");
}

}  // namespace
}  // namespace kontor::notify
