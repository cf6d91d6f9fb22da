#include "notify/s3_bucket.h"

#include <algorithm>
#include <array>
#include <system_error>
#include <utility>

#include "notify/s3_call.h"
#include "notify/s3_download.h"
#include "notify/s3_reply.h"

namespace kontor::notify {
namespace {

// From here on it is worth asking first whether the object is there.
constexpr std::int64_t k_ask_first_bytes = 1024 * 1024;
constexpr std::array<std::int64_t, 2> k_pauses_ms = {200, 800};
constexpr const char* k_sha256_field = "x-amz-meta-sha256";

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
                  .body_bytes = call.body != nullptr ? call.part.bytes : std::ssize(call.text)};
  out.fields.emplace_back("authorization",
                          authorization(request, keys_, place_.region, "s3", now_ms));
  if (call.body != nullptr) out.next_piece = [body = call.body] { return body->next(); };
  if (!call.text.empty()) {
    out.next_piece = [text = std::string_view(call.text)]() mutable -> Result<std::string_view> {
      return std::exchange(text, {});
    };
  }
  return out;
}

Result<HttpReply> S3Bucket::send_once(const Call& call, const Patience& patience) const {
  if (call.body != nullptr) TRY(call.body->seek(call.part));
  return exchanging_(signed_request(call), patience, call.sink);
}

Result<HttpReply> S3Bucket::send(const Call& call, const Patience& patience) const {
  return send(call, patience, k_pauses_ms);
}

Result<HttpReply> S3Bucket::send(const Call& call, const Patience& patience,
                                 std::span<const std::int64_t> pauses_ms) const {
  for (const std::int64_t pause_ms : pauses_ms) {
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
  const MeasuredFile measured = TRY(body.measure(part_bytes(file)));
  if (measured.whole.bytes > k_s3_object_bytes) {
    return Error{.code = Code::too_large,
                 .message = file.string() + " has " + std::to_string(measured.whole.bytes) +
                            " bytes; S3 takes 5 TiB.",
                 .kind = "target_too_small",
                 .hint = "an exec: target can take it away in pieces"};
  }
  Call call{.method = "PUT",
            .key = key,
            .fields = {{k_sha256_field, measured.whole.sha256}, {"if-none-match", "*"}},
            .payload_sha256 = measured.whole.sha256,
            .body = &body,
            .part = measured.whole};
  if (measured.whole.bytes >= k_ask_first_bytes || !measured.parts.empty()) {
    const auto there = find(key, patience);
    if (there.ok() && *there) return compare(call, *there);
    if (!there.ok() && there.error().code != Code::forbidden) return there.error();
  }
  if (!measured.parts.empty()) return put_in_parts(call, measured.parts, patience);
  return put_new(call, patience);
}

// S3 takes so many parts.
std::int64_t S3Bucket::part_bytes(const std::filesystem::path& file) const {
  std::error_code failure;
  const auto bytes = static_cast<std::int64_t>(std::filesystem::file_size(file, failure));
  if (failure) return place_.part_bytes;
  return std::max(place_.part_bytes, bytes / k_s3_parts + 1);
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
  return settle(call, patience);
}

Result<void> S3Bucket::settle(const Call& call, const Patience& patience) const {
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

// As long as more of it comes, it goes on; three tries without a byte are its end.
Result<void> S3Bucket::get(const std::string& key, const std::filesystem::path& file,
                           const Patience& patience) const {
  S3Download download = TRY(S3Download::open(file));
  std::size_t fruitless = 0;
  while (true) {
    const std::int64_t had = download.bytes();
    const Call call{.method = "GET",
                    .key = key,
                    .fields = download.conditions(),
                    .sink = [&](const HttpReply& head, std::string_view bytes) {
                      return download.take(head, bytes);
                    }};
    const auto reply = send_once(call, patience);
    download.end_answer();
    if (reply.ok() && (reply->status == 200 || reply->status == 206)) break;
    const bool is_other = reply.ok() && had > 0 && (reply->status == 412 || reply->status == 416);
    if (is_other) TRY(download.start_over());
    const bool passes =
        is_other || (reply.ok() ? is_passing(reply->status) : is_passing(reply.error()));
    fruitless = download.bytes() > had ? 0 : fruitless + 1;
    if (!passes || fruitless > k_pauses_ms.size() ||
        clock_.monotonic_ms() >= patience.deadline_ms) {
      return reply.ok() ? refused(call, *reply) : reply.error();
    }
    TRY(patience.rest(k_pauses_ms.at(fruitless == 0 ? 0 : fruitless - 1)));
  }
  download.keep();
  return {};
}

}  // namespace kontor::notify
