#include "s3_store.h"

#include <utility>

#include "backup/durable_file.h"

namespace kontor::app {
namespace {

// Without a byte in either direction the service is taken for dead.
constexpr std::int64_t k_idle_ms = 30'000;

class S3Store final : public backup::TargetStore {
 public:
  S3Store(S3Settings settings, const Clock& clock)
      : clock_(clock),
        prefix_(std::move(settings.prefix)),
        bucket_(settings.place, std::move(settings.keys), clock,
                [endpoint = settings.place.endpoint, trust = std::move(settings.trust)](
                    const notify::HttpRequest& request, const notify::Patience& patience,
                    const notify::BodySink& sink) {
                  return notify::exchange(endpoint, trust, request, patience, sink);
                }) {}

  Result<void> put(const std::filesystem::path& file, const backup::Effort& effort) override {
    return bucket_.put(prefix_ + file.filename().string(), file, patience(effort));
  }

  Result<std::vector<backup::StoredFile>> list(const std::string& beginning,
                                               const backup::Effort& effort) override {
    const auto objects = TRY(bucket_.list(prefix_ + beginning, patience(effort)));
    std::vector<backup::StoredFile> files;
    files.reserve(objects.size());
    for (const notify::S3Object& object : objects) {
      if (!object.key.starts_with(prefix_)) continue;
      std::string name = object.key.substr(prefix_.size());
      if (name.find('/') == std::string::npos) files.push_back({std::move(name), object.bytes});
    }
    return files;
  }

  Result<void> get(const std::string& name, const std::filesystem::path& folder,
                   const backup::Effort& effort) override {
    TRY(bucket_.get(prefix_ + name, folder / name, patience(effort)));
    return backup::sync_file(folder / name);
  }

 private:
  notify::Patience patience(const backup::Effort& effort) const {
    return {.clock = clock_,
            .idle_ms = k_idle_ms,
            .deadline_ms = clock_.monotonic_ms() + effort.timeout_ms,
            .is_cancelled = effort.is_cancelled};
  }

  const Clock& clock_;
  const std::string prefix_;
  const notify::S3Bucket bucket_;
};

}  // namespace

std::unique_ptr<backup::TargetStore> s3_store(S3Settings settings, const Clock& clock) {
  return std::make_unique<S3Store>(std::move(settings), clock);
}

}  // namespace kontor::app
