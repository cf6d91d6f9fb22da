// A bucket of S3, or of anything that speaks like it: what a keeper of copies needs of it, and no
// more. Objects are put where none is yet; nothing is removed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "notify/aws_signature.h"
#include "notify/file_body.h"
#include "notify/http_client.h"

namespace kontor::notify {

struct S3Place {
  Endpoint endpoint;
  std::string region = "us-east-1";
  std::string bucket;
  // Whether the bucket stands in the path, as all but a few services know it, or before the host.
  bool is_path_style = true;
  // Longer files are put in parts of this size.
  std::int64_t part_bytes = 64LL * 1024 * 1024;
};

struct S3Object {
  std::string key;
  std::int64_t bytes = 0;
  std::string sha256 = {};  // that it was put with; empty: not known
};

// The most that S3 takes: of one object, and in how many parts.
inline constexpr std::int64_t k_s3_object_bytes = 5LL * 1024 * 1024 * 1024 * 1024;
inline constexpr std::int64_t k_s3_parts = 10'000;
inline constexpr std::size_t k_s3_listed_objects = 1'000'000;

// Any thread. Every call tries three times, with a pause, what the service or the way to it is at
// fault for. Errors: Code::unavailable, kinds target_unreachable, target_untrusted,
// target_timeout, target_odd, or target_refused with the service's own code; `interrupted`.
class S3Bucket {
 public:
  // `clock` must outlive it; its time must be right within 15 minutes.
  S3Bucket(S3Place place, AwsKeys keys, const Clock& clock, Exchanging exchanging);

  // nullopt: there is none. Code::forbidden if the keys may not look.
  Result<std::optional<S3Object>> find(const std::string& key, const Patience& patience) const;

  // Puts the file with its SHA-256, which the service checks, in one request, or in parts, each of
  // which is tried again by itself for most of a minute. If the service knows conditions, an object
  // that is there stays: the same content is what was wanted, Code::conflict (kind target_differs)
  // if it is another one. Code::too_large beyond k_s3_object_bytes.
  Result<void> put(const std::string& key, const std::filesystem::path& file,
                   const Patience& patience) const;

  // Sorted by key. Code::too_large beyond k_s3_listed_objects.
  Result<std::vector<S3Object>> list(const std::string& prefix, const Patience& patience) const;

  // Into a new file; where a connection breaks, the next one goes on. Code::not_found.
  Result<void> get(const std::string& key, const std::filesystem::path& file,
                   const Patience& patience) const;

 private:
  struct Call;
  Result<HttpReply> send(const Call& call, const Patience& patience) const;
  Result<HttpReply> send(const Call& call, const Patience& patience,
                         std::span<const std::int64_t> pauses_ms) const;
  Result<HttpReply> send_once(const Call& call, const Patience& patience) const;
  HttpRequest signed_request(const Call& call) const;
  Error refused(const Call& call, const HttpReply& reply) const;
  Error odd(const std::string& what) const;
  std::int64_t part_bytes(const std::filesystem::path& file) const;
  Result<void> put_new(const Call& call, const Patience& patience) const;
  Result<void> put_in_parts(const Call& whole, const std::vector<FilePart>& parts,
                            const Patience& patience) const;
  Result<void> put_all(const Call& whole, const std::vector<FilePart>& parts,
                       const std::string& upload, const Patience& patience) const;
  Result<void> end_upload(const Call& whole, Call end, const Patience& patience) const;
  // An object is there already.
  Result<void> settle(const Call& call, const Patience& patience) const;
  Result<void> compare(const Call& call, const std::optional<S3Object>& there) const;

  const S3Place place_;
  const AwsKeys keys_;
  const Clock& clock_;
  const Exchanging exchanging_;
};

}  // namespace kontor::notify
