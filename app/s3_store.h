// A bucket as a place that keeps copies.
#pragma once

#include <memory>
#include <string>

#include "backup/target_store.h"
#include "base/clock.h"
#include "notify/s3_bucket.h"

namespace kontor::app {

struct S3Settings {
  notify::S3Place place;
  notify::AwsKeys keys;
  notify::Trust trust;
  std::string prefix;  // of all names in the bucket; empty, or with a "/" at its end
};

// `clock` must outlive it.
std::unique_ptr<backup::TargetStore> s3_store(S3Settings settings, const Clock& clock);

}  // namespace kontor::app
