#include "http/compression.h"

#include <brotli/decode.h>
#include <zlib.h>

#include <catch_amalgamated.hpp>

#include "http/response_writer.h"
#include "http/static_asset.h"

namespace kontor::http {
namespace {

Response json_response(std::size_t bytes) {
  Response response;
  response.content_type = "application/json; charset=utf-8";
  response.body = std::string(bytes, '1');
  return response;
}

std::string gunzip(const std::string& bytes) {
  std::string out(1 << 20, '\0');
  z_stream stream{};
  REQUIRE(inflateInit2(&stream, 15 + 16) == Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  REQUIRE(inflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  inflateEnd(&stream);
  return out;
}

std::string unbrotli(const std::string& bytes) {
  std::string out(1 << 20, '\0');
  std::size_t size = out.size();
  REQUIRE(BrotliDecoderDecompress(bytes.size(), reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                  &size, reinterpret_cast<std::uint8_t*>(out.data())) ==
          BROTLI_DECODER_RESULT_SUCCESS);
  out.resize(size);
  return out;
}

TEST_CASE("the coding with the highest q wins, brotli where they are equal") {
  CHECK(negotiate_coding("gzip, deflate, br") == Coding::brotli);
  CHECK(negotiate_coding("gzip") == Coding::gzip);
  CHECK(negotiate_coding("GZIP;Q=1.0, BR;q=0.9") == Coding::gzip);
  CHECK(negotiate_coding("br;q=0, gzip;q=0.001") == Coding::gzip);
  CHECK(negotiate_coding("*") == Coding::brotli);
  CHECK(negotiate_coding("*;q=0.5, br;q=0") == Coding::gzip);
}

TEST_CASE("nothing is encoded for those who do not ask, or cannot be understood") {
  for (const char* value :
       {"", "identity", "deflate", "gzip;q=0", "*;q=0", "gzip;q=2", "gzip;q=abc",
        "gzip;q=", "gzip;level=9", "gzip;q=-1", "gzip;q=0.0001", "zip"}) {
    INFO(value);
    CHECK(negotiate_coding(value) == Coding::identity);
  }
}

TEST_CASE("of the codings that there are, the client's quality values choose") {
  const Available only_gzip{.gzip = true, .brotli = false};
  const Available only_brotli{.gzip = false, .brotli = true};
  const Available none{.gzip = false, .brotli = false};
  CHECK(negotiate_coding("br, gzip;q=0.5", only_gzip) == Coding::gzip);
  CHECK(negotiate_coding("br, gzip;q=0", only_gzip) == Coding::identity);
  CHECK(negotiate_coding("br;q=0.1, gzip", only_brotli) == Coding::brotli);
  CHECK(negotiate_coding("gzip, br;q=0", only_brotli) == Coding::identity);
  CHECK(negotiate_coding("*", only_gzip) == Coding::gzip);
  CHECK(negotiate_coding("br, gzip", none) == Coding::identity);
}

TEST_CASE("what is encoded decodes to the same bytes") {
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += std::to_string(i * 7919);
  CHECK(gunzip(encode(Coding::gzip, text)) == text);
  CHECK(unbrotli(encode(Coding::brotli, text)) == text);
  CHECK(gunzip(encode(Coding::gzip, "")).empty());
}

TEST_CASE("a large JSON body is compressed, and says so") {
  auto response = json_response(5'000);
  compress_response("gzip", response);
  CHECK(header_of(response, "Content-Encoding") == "gzip");
  CHECK(header_of(response, "Vary") == "Accept-Encoding");
  CHECK(gunzip(response.body) == std::string(5'000, '1'));
}

TEST_CASE("Vary is there for caches even when this client gets the plain form") {
  auto response = json_response(5'000);
  response.with("Vary", "Cookie");
  compress_response("", response);
  CHECK(header_of(response, "Vary") == "Cookie, Accept-Encoding");
  CHECK(response.body.size() == 5'000);
}

TEST_CASE("small, encoded, untouchable and picture bodies are left alone") {
  auto small = json_response(1'024);
  auto encoded = json_response(5'000).with("Content-Encoding", "zstd");
  auto fixed = json_response(5'000).with("Cache-Control", "public, no-transform");
  auto picture = json_response(5'000);
  picture.content_type = "image/png";
  for (auto* response : {&small, &encoded, &fixed, &picture}) {
    const auto before = response->body;
    compress_response("gzip, br", *response);
    CHECK(response->body == before);
  }
}

TEST_CASE("an asset is served in the best form that it has, each with a tag of its own") {
  const StaticAsset asset{.content_type = "text/css",
                          .identity = "plain",
                          .gzip = "zipped",
                          .brotli = "brotled",
                          .etag = "\"abc\"",
                          .cache_control = "public, max-age=31536000, immutable"};
  const auto serve = [&](std::string_view accept) { return serve_asset(asset, accept); };
  CHECK(serve("gzip, br").static_body == "brotled");
  CHECK(header_of(serve("gzip, br"), "ETag") == "\"abc-br\"");
  CHECK(serve("gzip").static_body == "zipped");
  CHECK(serve("").static_body == "plain");
  CHECK(header_of(serve(""), "ETag") == "\"abc\"");
  CHECK(header_of(serve(""), "Vary") == "Accept-Encoding");
  CHECK(header_of(serve("br"), "Cache-Control") == "public, max-age=31536000, immutable");
}

}  // namespace
}  // namespace kontor::http
