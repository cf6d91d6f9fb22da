#include <fcntl.h>

#include <charconv>
#include <memory>
#include <system_error>

#include "operations/interrupt.h"
#include "serving.h"
#include "standby/follower.h"
#include "standby/promotion.h"
#include "verbs.h"

namespace kontor::app {
namespace {

// Copies of sockets that were handed in: the server that it may become listens on the others.
std::vector<std::string> with_own_sockets(std::vector<std::string> addresses) {
  for (std::string& address : addresses) {
    if (!address.starts_with("fd:")) continue;
    int fd = -1;
    std::from_chars(address.data() + 3, address.data() + address.size(), fd);
    const int copy = ::fcntl(fd, F_DUPFD_CLOEXEC, 3);
    if (copy >= 0) address = "fd:" + std::to_string(copy);
  }
  return addresses;
}

class Standby final : public Command {
 public:
  void define(Syntax& syntax) override {
    syntax.text("--from", from_, "TARGET",
                "The target to which the server sends its archive: a folder, or such as "
                "s3://BUCKET/PREFIX. Needed once.");
    syntax.text("--key-file", key_file_, "FILE",
                "The secret key that opens a sealed archive, if the settings name none.");
    syntax.settings(settings_);
  }

  Result<int> run(const Session& session) override {
    const std::filesystem::path data = data_path(TRY(session.settings(settings_)));
    const auto record = TRY(backup::read_standby_record(data));
    if (!record || record->is_standby()) {
      std::unique_ptr<Follower> follower = TRY(prepare(session, data, record));
      auto outcome = TRY(serve(session, follower.get()));
      if (!outcome.is_promoted) return outcome.code;
      follower.reset();
      const Config config = TRY(session.settings(settings_));
      TRY(settle_promoted(data, config, session.clock));
    }
    session.output.note("This standby was promoted: it is the server now.");
    return TRY(serve(session, nullptr))
    .code;
  }

 private:
  struct Outcome {
    int code = 0;
    bool is_promoted = false;
  };

  Result<Outcome> serve(const Session& session, Follower* follower) const {
    Config config = TRY(session.settings(settings_));
    std::vector<std::string> listen = listen_addresses(config, session.environment);
    SignalWatch signals;
    Serving serving(
        session,
        {.config = std::move(config),
         .reload = [&] { return session.settings(settings_); },
         .listen = follower != nullptr ? with_own_sockets(std::move(listen)) : std::move(listen),
         .standby = follower},
        signals);
    const int code = TRY(serving.run());
    return Outcome{code, serving.is_promoted()};
  }

  Result<std::unique_ptr<Follower>> prepare(const Session& session,
                                            const std::filesystem::path& data,
                                            std::optional<backup::StandbyRecord> record) const {
    const Interrupt interrupt;
    const auto is_cancelled = [&interrupt] { return interrupt.came(); };
    TRY(check_place(data, record));
    const store::DataDir lock = TRY(store::DataDir::create(data));
    const Config config = TRY(session.settings(settings_));
    StandbySource source =
        TRY(StandbySource::open(from_.empty() ? record->from : from_, key_file_, config, session));
    if (!record || record->epoch.empty()) {
      session.output.note("Fetching the newest state from " + source.from + " …");
      record = TRY(bring_in_first(source, config, session.clock.now_ms(), is_cancelled));
    }
    auto follower = TRY(Follower::open(std::move(source), *std::move(record), session.clock));
    // Data of before an upgrade of the server: what comes next may bring them up.
    if (TRY(follower->schema_version()) != schema_version()) TRY(follower->round(is_cancelled));
    const std::int64_t schema = TRY(follower->schema_version());
    TRY(check_schema_served(schema));
    return follower;
  }

  Result<void> check_place(const std::filesystem::path& data,
                           const std::optional<backup::StandbyRecord>& record) const {
    std::error_code ignored;
    if (!record && std::filesystem::exists(data / "kontor.db", ignored)) {
      return Error{.code = Code::conflict,
                   .message = data.string() + " holds the data of a server, not of a standby.",
                   .kind = "directory_not_empty",
                   .hint = "name an empty directory with --data"};
    }
    if (record || !from_.empty()) return {};
    return Error{.code = Code::usage,
                 .message = "--from TARGET is missing: where the server sends its archive.",
                 .kind = "usage",
                 .hint = "kontor standby --from s3://BUCKET/PREFIX"};
  }

  std::string from_, key_file_;
  SettingFlags settings_;
};

}  // namespace

std::unique_ptr<Command> make_standby() { return std::make_unique<Standby>(); }

}  // namespace kontor::app
