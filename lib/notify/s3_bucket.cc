#include "notify/s3_bucket.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

#include "base/sha256.h"
#include "base/unique_fd.h"
#include "notify/s3_reply.h"

namespace kontor::notify {
namespace {

constexpr std::size_t k_piece = 64 * 1024;
// From here on it is worth asking first whether the object is there.
constexpr std::int64_t k_ask_first_bytes = 1024 * 1024;
constexpr std::array<std::int64_t, 2> k_pauses_ms = {200, 800};
constexpr const char* k_sha256_field = "x-amz-meta-sha256";

Error file_failure(const std::filesystem::path& file, const char* what) {
  return {.code = errno == ENOSPC ? Code::disk_full : Code::io_error,
          .message = file.string() + " cannot be " + what + ": " + std::strerror(errno) + "."};
}

// A file that is read in pieces, once or more often.
class FileBody {
 public:
  static Result<FileBody> open(const std::filesystem::path& file) {
    UniqueFd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd) return file_failure(file, "read");
    return FileBody(std::move(fd), file);
  }

  Result<void> rewind() {
    if (::lseek(fd_.get(), 0, SEEK_SET) != 0) return file_failure(file_, "read");
    return {};
  }

  Result<std::string_view> next() {
    const auto got = ::read(fd_.get(), piece_.data(), piece_.size());
    if (got < 0) return file_failure(file_, "read");
    return std::string_view(piece_.data(), static_cast<std::size_t>(got));
  }

 private:
  FileBody(UniqueFd fd, std::filesystem::path file)
      : fd_(std::move(fd)), file_(std::move(file)), piece_(k_piece, '\0') {}

  UniqueFd fd_;
  std::filesystem::path file_;
  std::string piece_;
};

struct Measured {
  std::string sha256;
  std::int64_t bytes = 0;
};

Result<Measured> measure(FileBody& body) {
  Sha256Stream digest;
  Measured measured;
  while (true) {
    const std::string_view piece = TRY(body.next());
    if (piece.empty()) break;
    digest.add(piece);
    measured.bytes += std::ssize(piece);
  }
  measured.sha256 = digest.hex();
  return measured;
}

Result<void> write_whole(int fd, std::string_view bytes, const std::filesystem::path& file) {
  while (!bytes.empty()) {
    const auto sent = ::write(fd, bytes.data(), bytes.size());
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return file_failure(file, "written");
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return {};
}

// 501 is for what the service does not know, and will not know soon.
bool is_passing(int status) {
  return status == 429 || status == 409 || (status / 100 == 5 && status != 501);
}

bool is_passing(const Error& error) {
  return error.kind == "target_unreachable" || error.kind == "target_timeout" ||
         error.kind == "target_odd";
}

// What to do about the refusals that wrong settings bring.
std::string hint_for(const std::string& code, int status) {
  if (code == "InvalidAccessKeyId" || code == "SignatureDoesNotMatch") {
    return "check s3_access_key and the secret that belongs to it (KONTOR_S3_SECRET_KEY_FILE)";
  }
  if (code == "RequestTimeTooSkewed") return "set this machine's clock";
  if (code == "NoSuchBucket") return "make the bucket, or correct its name in backup_targets";
  if (code == "AuthorizationHeaderMalformed" || status / 100 == 3) {
    return "set s3_region to the bucket's region, and s3_endpoint to its address";
  }
  if (status == 403)
    return "the key needs s3:PutObject on that bucket; to restore, s3:GetObject "
           "and s3:ListBucket";
  return "look into that service's log";
}

}  // namespace

struct S3Bucket::Call {
  std::string method;
  std::string key = {};  // empty: the bucket itself
  std::vector<Field> query = {};
  std::vector<Field> fields = {};
  std::string payload_sha256 = sha256_hex("");
  FileBody* body = nullptr;
  std::int64_t body_bytes = 0;
  // Made anew for each try: what came of an earlier one counts for nothing.
  std::function<Result<BodySink>()> make_sink = {};
};

S3Bucket::S3Bucket(S3Place place, AwsKeys keys, const Clock& clock, Exchanging exchanging)
    : place_(std::move(place)),
      keys_(std::move(keys)),
      clock_(clock),
      exchanging_(std::move(exchanging)) {}

HttpRequest S3Bucket::signed_request(const Call& call) const {
  const std::int64_t now_ms = clock_.now_ms();
  AwsRequest request{.method = call.method,
                     .path = (place_.is_path_style ? "/" + place_.bucket + "/" : "/") +
                             uri_encoded(call.key, true),
                     .query = call.query,
                     .fields = call.fields,
                     .payload_sha256 = call.payload_sha256};
  request.fields.emplace_back("host", place_.endpoint.authority());
  request.fields.emplace_back("x-amz-date", amz_date(now_ms));
  request.fields.emplace_back("x-amz-content-sha256", call.payload_sha256);
  const std::string query = canonical_query(call.query);
  HttpRequest out{.method = call.method,
                  .target = request.path + (query.empty() ? "" : "?" + query),
                  .fields = request.fields,
                  .body_bytes = call.body_bytes};
  out.fields.emplace_back("authorization",
                          authorization(request, keys_, place_.region, "s3", now_ms));
  if (call.body != nullptr) out.next_piece = [body = call.body] { return body->next(); };
  return out;
}

Result<HttpReply> S3Bucket::send_once(const Call& call, const Patience& patience) const {
  if (call.body != nullptr) TRY(call.body->rewind());
  BodySink sink;
  if (call.make_sink) sink = TRY(call.make_sink());
  return exchanging_(signed_request(call), patience, sink);
}

Result<HttpReply> S3Bucket::send(const Call& call, const Patience& patience) const {
  for (const std::int64_t pause_ms : k_pauses_ms) {
    auto reply = send_once(call, patience);
    const bool passes = reply.ok() ? is_passing(reply->status) : is_passing(reply.error());
    if (!passes) return reply;
    TRY(patience.rest(pause_ms));
    if (clock_.monotonic_ms() >= patience.deadline_ms) return reply;
  }
  return send_once(call, patience);
}

Error S3Bucket::refused(const Call& call, const HttpReply& reply) const {
  const S3Refusal refusal = read_refusal(reply.body);
  std::string why = std::to_string(reply.status);
  if (!refusal.code.empty()) why += " " + refusal.code;
  if (!refusal.message.empty()) why += ": " + refusal.message;
  while (why.ends_with('.')) why.pop_back();
  return {.code = reply.status == 404   ? Code::not_found
                  : reply.status == 403 ? Code::forbidden
                                        : Code::unavailable,
          .message = place_.endpoint.shown() + " refused to " + call.method + " " + place_.bucket +
                     "/" + call.key + " (" + why + ").",
          .kind = "target_refused",
          .hint = hint_for(refusal.code, reply.status)};
}

Result<std::optional<S3Object>> S3Bucket::find(const std::string& key,
                                               const Patience& patience) const {
  const Call call{.method = "HEAD", .key = key};
  const HttpReply reply = TRY(send(call, patience));
  if (reply.status == 404) return std::optional<S3Object>();
  if (reply.status != 200) return refused(call, reply);
  S3Object object{.key = key};
  if (const std::string* sha256 = reply.find(k_sha256_field)) object.sha256 = *sha256;
  return std::optional<S3Object>(std::move(object));
}

Result<void> S3Bucket::put(const std::string& key, const std::filesystem::path& file,
                           const Patience& patience) const {
  FileBody body = TRY(FileBody::open(file));
  const Measured measured = TRY(measure(body));
  if (measured.bytes > k_s3_object_bytes) {
    return Error{.code = Code::too_large,
                 .message = file.string() + " has " + std::to_string(measured.bytes) +
                            " bytes; S3 takes 5 GiB in one piece.",
                 .kind = "target_too_small",
                 .hint = "an exec: target can take it away in parts"};
  }
  Call call{.method = "PUT",
            .key = key,
            .fields = {{k_sha256_field, measured.sha256}, {"if-none-match", "*"}},
            .payload_sha256 = measured.sha256,
            .body = &body,
            .body_bytes = measured.bytes};
  if (measured.bytes >= k_ask_first_bytes) {
    const auto there = find(key, patience);
    if (there.ok() && *there) return compare(call, *there);
    if (!there.ok() && there.error().code != Code::forbidden) return there.error();
  }
  return put_new(call, patience);
}

// 412: there is one. 501: a service that knows no conditions; the names of what is sent never come
// twice, so there is nothing that it could overwrite but the same.
Result<void> S3Bucket::put_new(const Call& call, const Patience& patience) const {
  HttpReply reply = TRY(send(call, patience));
  if (reply.status == 501) {
    Call unconditional = call;
    unconditional.fields.pop_back();
    reply = TRY(send(unconditional, patience));
  }
  if (reply.status == 200) return {};
  if (reply.status != 412) return refused(call, reply);
  const auto there = find(call.key, patience);
  // Keys that may only put cannot tell; the name is that of this content.
  if (!there.ok() && there.error().code == Code::forbidden) return {};
  if (!there.ok()) return there.error();
  return compare(call, *there);
}

Result<void> S3Bucket::compare(const Call& call, const std::optional<S3Object>& there) const {
  if (there && there->sha256 == call.payload_sha256) return {};
  return Error{.code = Code::conflict,
               .message = place_.bucket + "/" + call.key +
                          " is there already, with another content; it was left as it is.",
               .kind = "target_differs",
               .hint = "look at that object, and move it away"};
}

Result<std::vector<S3Object>> S3Bucket::list(const std::string& prefix,
                                             const Patience& patience) const {
  std::vector<S3Object> objects;
  Call call{.method = "GET", .query = {{"list-type", "2"}, {"prefix", prefix}}};
  while (true) {
    const HttpReply reply = TRY(send(call, patience));
    if (reply.status != 200) return refused(call, reply);
    auto page = read_listing(reply.body);
    if (!page || objects.size() + page->objects.size() > k_s3_listed_objects) {
      return Error{.code = page ? Code::too_large : Code::unavailable,
                   .message = place_.endpoint.shown() +
                              (page ? " lists too many objects." : " lists what cannot be read."),
                   .kind = "target_odd",
                   .hint = "look whether s3_endpoint is the address of an S3 service"};
    }
    std::move(page->objects.begin(), page->objects.end(), std::back_inserter(objects));
    if (page->next.empty()) break;
    call.query = {{"list-type", "2"}, {"prefix", prefix}, {"continuation-token", page->next}};
  }
  std::sort(objects.begin(), objects.end(),
            [](const S3Object& a, const S3Object& b) { return a.key < b.key; });
  return objects;
}

Result<void> S3Bucket::get(const std::string& key, const std::filesystem::path& file,
                           const Patience& patience) const {
  const auto out = std::make_shared<UniqueFd>();
  const Call call{
      .method = "GET", .key = key, .make_sink = [&]() -> Result<BodySink> {
        out->reset(::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
        if (!*out) return file_failure(file, "written");
        return BodySink(
            [out, file](std::string_view bytes) { return write_whole(out->get(), bytes, file); });
      }};
  const HttpReply reply = TRY(send(call, patience));
  if (reply.status == 200) return {};
  ::unlink(file.c_str());
  return refused(call, reply);
}

}  // namespace kontor::notify
