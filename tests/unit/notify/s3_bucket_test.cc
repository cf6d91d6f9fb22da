#include "notify/s3_bucket.h"

#include <catch_amalgamated.hpp>
#include <deque>
#include <fstream>

#include "base/sha256.h"
#include "notify/s3_reply.h"
#include "support/scratch_dir.h"

namespace kontor::notify {
namespace {

// Time passes as it is waited for; nothing waits in earnest.
class SteppingClock final : public Clock {
 public:
  std::int64_t now_ms() const override { return 1'790'000'000'000; }
  std::int64_t monotonic_ms() const override { return monotonic_ms_ += 1'000; }
  mutable std::int64_t monotonic_ms_ = 0;
};

HttpReply reply(int status, std::string body = {}, std::vector<Field> fields = {}) {
  return {.status = status, .fields = std::move(fields), .body = std::move(body)};
}

// A service that answers what it was told to, one after the other.
struct Service {
  test::ScratchDir here{test::ScratchDir::memory()};
  SteppingClock clock;
  std::deque<Result<HttpReply>> answers;
  std::deque<HttpReply> broken = {};  // what comes of an answer that is an error
  std::int64_t part_bytes = 64;
  std::vector<HttpRequest> asked;
  std::vector<std::string> bodies;
  Patience patience{.clock = clock, .idle_ms = 1'000, .deadline_ms = 1'000'000};

  S3Bucket bucket(bool path_style = true) {
    const Exchanging exchanging = [this](const HttpRequest& request, const Patience&,
                                         const BodySink& sink) -> Result<HttpReply> {
      asked.push_back(request);
      std::string body;
      while (request.next_piece) {
        const auto piece = request.next_piece();
        if (piece->empty()) break;
        body += *piece;
      }
      bodies.push_back(body);
      Result<HttpReply> answer = std::move(answers.front());
      answers.pop_front();
      if (sink && !answer.ok() && !broken.empty()) {
        REQUIRE(sink(broken.front(), broken.front().body).ok());
        broken.pop_front();
      }
      if (sink && answer.ok() && (answer->status == 200 || answer->status == 206)) {
        TRY(sink(*answer, answer->body));
      }
      return answer;
    };
    return {{.endpoint = *Endpoint::parse("https://s3.example.com"),
             .bucket = "firm",
             .is_path_style = path_style,
             .part_bytes = part_bytes},
            {.id = "KEY", .secret = "HUNTER2"},
            clock,
            exchanging};
  }

  std::filesystem::path file(const std::string& content) const {
    std::filesystem::path path = here.path() / "file";
    std::ofstream(path) << content;
    return path;
  }

  std::string field(std::size_t at, const std::string& name) const {
    const HttpReply seen{.fields = asked.at(at).fields};
    const std::string* value = seen.find(name);
    return value == nullptr ? "" : *value;
  }
};

TEST_CASE("a file is put with its hash, under the condition that nothing is there") {
  Service service;
  service.answers = {reply(200)};
  REQUIRE(service.bucket().put("backups/a b", service.file("content"), service.patience).ok());
  CHECK(service.asked[0].method == "PUT");
  CHECK(service.asked[0].target == "/firm/backups/a%20b");
  CHECK(service.bodies[0] == "content");
  CHECK(service.asked[0].body_bytes == 7);
  CHECK(service.field(0, "host") == "s3.example.com");
  CHECK(service.field(0, "if-none-match") == "*");
  CHECK(service.field(0, "x-amz-content-sha256") == sha256_hex("content"));
  CHECK(service.field(0, "authorization").find("x-amz-meta-sha256") != std::string::npos);
}

TEST_CASE("what passes is tried again with the whole body; what does not is told at once") {
  Service service;
  service.answers = {reply(503), reply(500), reply(200)};
  CHECK(service.bucket().put("k", service.file("content"), service.patience).ok());
  CHECK(service.bodies == std::vector<std::string>{"content", "content", "content"});

  service.answers = {reply(403, "<Error><Code>AccessDenied</Code><Message>No.</Message></Error>")};
  const auto refused = service.bucket().put("k", service.file("content"), service.patience);
  CHECK(service.answers.empty());
  CHECK(refused.error().kind == "target_refused");
  CHECK(refused.error().message ==
        "s3.example.com:443 refused to PUT firm/k (403 AccessDenied: No).");
  CHECK(refused.error().hint.find("s3:PutObject") != std::string::npos);
}

TEST_CASE("what is there is left: the same is what was wanted, another content is told") {
  Service service;
  const Field same{"x-amz-meta-sha256", sha256_hex("content")};
  service.answers = {reply(412), reply(200, "", {same})};
  CHECK(service.bucket().put("k", service.file("content"), service.patience).ok());
  CHECK(service.asked[1].method == "HEAD");
  service.answers = {reply(412), reply(200, "", {{"x-amz-meta-sha256", "other"}})};
  CHECK(service.bucket().put("k", service.file("content"), service.patience).error().kind ==
        "target_differs");
  // Keys that may only add.
  service.answers = {reply(412), reply(403)};
  CHECK(service.bucket().put("k", service.file("content"), service.patience).ok());
}

TEST_CASE("nobody is followed elsewhere") {
  Service service;
  service.answers = {reply(307, "", {{"location", "https://elsewhere.example.com/k"}})};
  const auto sent = service.bucket().put("k", service.file("content"), service.patience);
  REQUIRE_FALSE(sent.ok());
  CHECK(sent.error().hint.find("s3_region") != std::string::npos);
  CHECK(service.asked.size() == 1);
}

TEST_CASE("a service that knows no conditions is asked without") {
  Service service;
  service.answers = {reply(501), reply(200)};
  CHECK(service.bucket().put("k", service.file("content"), service.patience).ok());
  CHECK(service.field(1, "if-none-match").empty());
  CHECK(service.bodies[1] == "content");
}

TEST_CASE("a listing goes on to its last page, and is sorted") {
  Service service;
  service.answers = {
      reply(200,
            "<ListBucketResult><IsTruncated>true</IsTruncated><Contents><Key>b&amp;c</Key><Size>3"
            "</Size></Contents><NextContinuationToken>1/x=</NextContinuationToken>"
            "</ListBucketResult>"),
      reply(200,
            "<ListBucketResult xmlns=\"x\"><IsTruncated>false</IsTruncated><Contents><Key>a</Key>"
            "<Size>10</Size></Contents></ListBucketResult>")};
  const auto objects = service.bucket(false).list("", service.patience).value();
  REQUIRE(objects.size() == 2);
  CHECK((objects[0].key == "a" && objects[0].bytes == 10));
  CHECK(objects[1].key == "b&c");
  CHECK(service.asked[0].target == "/?list-type=2&prefix=");
  CHECK(service.asked[1].target == "/?continuation-token=1%2Fx%3D&list-type=2&prefix=");
}

TEST_CASE("what is no listing is not taken for one") {
  CHECK_FALSE(read_listing("<html>Welcome</html>"));
  CHECK_FALSE(
      read_listing("<ListBucketResult><Contents><Key>a</Key></Contents>"
                   "</ListBucketResult>"));
  CHECK_FALSE(
      read_listing("<ListBucketResult><IsTruncated>true</IsTruncated>"
                   "</ListBucketResult>"));
  CHECK(read_listing("<ListBucketResult></ListBucketResult>")->objects.empty());
}

TEST_CASE("an object that is fetched twice is in the file once") {
  Service service;
  service.answers = {Error{.code = Code::unavailable, .kind = "target_timeout"},
                     reply(200, "the object")};
  const auto target = service.here.path() / "fetched";
  REQUIRE(service.bucket().get("k", target, service.patience).ok());
  std::ifstream in(target);
  CHECK(std::string(std::istreambuf_iterator<char>(in), {}) == "the object");
  service.answers = {reply(404, "<Error><Code>NoSuchKey</Code></Error>")};
  CHECK(service.bucket().get("k", target, service.patience).error().code == Code::not_found);
  CHECK_FALSE(std::filesystem::exists(target));
}

Error broken() { return {.code = Code::unavailable, .kind = "target_unreachable"}; }

HttpReply begun() {
  return reply(200,
               "<InitiateMultipartUploadResult><UploadId>a&amp;b</UploadId>"
               "</InitiateMultipartUploadResult>");
}
HttpReply part(const std::string& etag) { return reply(200, "", {{"etag", etag}}); }
HttpReply ended() { return reply(200, "<CompleteMultipartUploadResult/>"); }

struct PartsOfFour : Service {
  PartsOfFour() { part_bytes = 4; }
  Result<void> put() { return bucket().put("k", file("0123456789"), patience); }
  std::vector<std::string> targets() const {
    std::vector<std::string> all;
    for (const HttpRequest& one : asked) all.push_back(one.method + " " + one.target);
    return all;
  }
};

TEST_CASE("a long file is put in parts, each with its hash, and ended under the condition") {
  PartsOfFour service;
  service.answers = {reply(403), begun(), part("\"1\""), part("\"2\""), part("\"3\""), ended()};
  REQUIRE(service.put().ok());
  CHECK(service.targets() ==
        std::vector<std::string>{
            "HEAD /firm/k", "POST /firm/k?uploads=", "PUT /firm/k?partNumber=1&uploadId=a%26b",
            "PUT /firm/k?partNumber=2&uploadId=a%26b", "PUT /firm/k?partNumber=3&uploadId=a%26b",
            "POST /firm/k?uploadId=a%26b"});
  CHECK(service.field(1, "x-amz-meta-sha256") == sha256_hex("0123456789"));
  CHECK(service.field(1, "if-none-match").empty());
  CHECK(service.bodies[3] == "4567");
  CHECK(service.field(3, "x-amz-content-sha256") == sha256_hex("4567"));
  CHECK(service.asked[4].body_bytes == 2);
  CHECK(service.field(5, "if-none-match") == "*");
  CHECK(service.bodies[5] ==
        "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>\"1\"</ETag></Part>"
        "<Part><PartNumber>2</PartNumber><ETag>\"2\"</ETag></Part>"
        "<Part><PartNumber>3</PartNumber><ETag>\"3\"</ETag></Part></CompleteMultipartUpload>");
  CHECK(service.asked[5].body_bytes == std::ssize(service.bodies[5]));
}

TEST_CASE("where a part breaks, only that part is put again") {
  PartsOfFour service;
  service.answers = {reply(404), begun(),   part("1"), broken(), reply(503),
                     broken(),   part("2"), part("3"), ended()};
  REQUIRE(service.put().ok());
  CHECK(std::vector<std::string>(service.bodies.begin() + 2, service.bodies.begin() + 8) ==
        std::vector<std::string>{"0123", "4567", "4567", "4567", "4567", "89"});
}

TEST_CASE("an upload that cannot be ended is given up, and its parts with it") {
  PartsOfFour service;
  service.answers = {reply(404), begun(), part("1"), reply(400), reply(403)};
  CHECK(service.put().error().kind == "target_refused");
  CHECK(service.targets().back() == "DELETE /firm/k?uploadId=a%26b");
  // A failure that is told behind a head that says 200.
  service.answers = {reply(404), begun(),   part("1"),
                     part("2"),  part("3"), reply(200, "<Error><Code>InternalError</Code></Error>"),
                     reply(204)};
  CHECK(service.put().error().message.find("InternalError") != std::string::npos);
  service.answers = {
      reply(404),
      reply(200, "<html>"),
  };
  CHECK(service.put().error().kind == "target_odd");
  service.answers = {reply(404), begun(), part("<1>"), reply(204)};
  CHECK(service.put().error().kind == "target_odd");
}

TEST_CASE("an upload whose last answer was lost is there; one that another made first stays") {
  const Field same{"x-amz-meta-sha256", sha256_hex("0123456789")};
  PartsOfFour service;
  service.answers = {reply(404), begun(),  part("1"),  part("2"),
                     part("3"),  broken(), reply(404), reply(200, "", {same})};
  CHECK(service.put().ok());
  service.answers = {reply(404),
                     begun(),
                     part("1"),
                     part("2"),
                     part("3"),
                     reply(412),
                     reply(200, "", {{"x-amz-meta-sha256", "other"}}),
                     reply(204)};
  CHECK(service.put().error().kind == "target_differs");
  // A service that knows no conditions.
  service.answers = {reply(404), begun(), part("1"), part("2"), part("3"), reply(501), ended()};
  CHECK(service.put().ok());
  CHECK(service.answers.empty());
}

struct Fetching : Service {
  std::filesystem::path target = here.path() / "fetched";
  Result<void> get() { return bucket().get("k", target, patience); }
  std::string content() const {
    std::ifstream in(target);
    return std::string(std::istreambuf_iterator<char>(in), {});
  }
};

TEST_CASE("where the way breaks, the next request asks for the rest of the same object") {
  Fetching service;
  service.broken = {reply(200, "01234", {{"etag", "\"x\""}}),
                    reply(206, "56", {{"content-range", "bytes 5-9/10"}})};
  service.answers = {broken(), broken(), broken(),
                     reply(206, "789", {{"content-range", "bytes 7-9/10"}})};
  REQUIRE(service.get().ok());
  CHECK(service.content() == "0123456789");
  CHECK(service.field(0, "range").empty());
  CHECK(service.field(1, "range") == "bytes=5-");
  CHECK(service.field(3, "range") == "bytes=7-");
  CHECK(service.field(3, "if-match") == "\"x\"");
}

TEST_CASE("another object, or all of it instead of the rest, is fetched from its beginning") {
  Fetching service;
  const HttpReply half = reply(200, "01234", {{"etag", "x"}});
  service.broken = {half};
  service.answers = {broken(), reply(200, "0123456789", {{"etag", "x"}})};
  REQUIRE(service.get().ok());
  CHECK(service.content() == "0123456789");
  service.broken = {half};
  service.answers = {broken(), reply(412), reply(200, "another", {{"etag", "y"}})};
  REQUIRE(service.get().ok());
  CHECK(service.content() == "another");
  CHECK(service.field(4, "range").empty());
}

TEST_CASE("what is never whole, or not what was asked for, leaves no file") {
  Fetching service;
  service.broken = {reply(200, "01234", {{"etag", "x"}})};
  service.answers = {broken(), broken(), broken(), broken()};
  CHECK(service.get().error().kind == "target_unreachable");
  CHECK(service.answers.empty());
  CHECK_FALSE(std::filesystem::exists(service.target));
  service.broken = {reply(200, "01234", {{"etag", "x"}})};
  const HttpReply elsewhere = reply(206, "01234", {{"content-range", "bytes 0-4/10"}});
  service.answers = {broken(), elsewhere, elsewhere, elsewhere};
  CHECK(service.get().error().kind == "target_odd");
  CHECK_FALSE(std::filesystem::exists(service.target));
}

TEST_CASE("no error holds the secret") {
  Service service;
  service.answers = {reply(403,
                           "<Error><Code>SignatureDoesNotMatch</Code><Message>It does not"
                           "</Message><StringToSign>x</StringToSign></Error>")};
  const auto refused = service.bucket().find("k", service.patience);
  CHECK(refused.error().code == Code::forbidden);
  CHECK((refused.error().message + refused.error().hint).find("HUNTER2") == std::string::npos);
  CHECK(refused.error().hint.find("s3_access_key") != std::string::npos);
}

TEST_CASE("addresses of services") {
  CHECK(Endpoint::parse("https://s3.example.com/")->authority() == "s3.example.com");
  CHECK(Endpoint::parse("http://127.0.0.1:9000")->authority() == "127.0.0.1:9000");
  CHECK(Endpoint::parse("https://[::1]:9000")->authority() == "[::1]:9000");
  CHECK(Endpoint::parse("http://minio")->port == 80);
  for (const char* text : {"s3.example.com", "ftp://x", "https://", "https://a/b", "https://u@a",
                           "https://a:0", "https://a:65536", "https://[::1", "https://a?b"}) {
    INFO(text);
    CHECK_FALSE(Endpoint::parse(text).has_value());
  }
}

}  // namespace
}  // namespace kontor::notify
