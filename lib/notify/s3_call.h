// A request to a bucket before it is signed. Within lib/notify only.
#pragma once

#include <string>
#include <vector>

#include "base/sha256.h"
#include "notify/file_body.h"
#include "notify/s3_bucket.h"

namespace kontor::notify {

struct S3Bucket::Call {
  std::string method;
  std::string key = {};  // empty: the bucket itself
  std::vector<Field> query = {};
  std::vector<Field> fields = {};
  std::string payload_sha256 = sha256_hex("");
  // The payload: a text, or a part of a file.
  std::string text = {};
  FileBody* body = nullptr;
  FilePart part = {};
  BodySink sink = {};
};

}  // namespace kontor::notify
