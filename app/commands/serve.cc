#include "serving.h"
#include "verbs.h"

namespace kontor::app {
namespace {

class Serve final : public Command {
 public:
  void define(Syntax& syntax) override {
    syntax.settings(settings_);
    syntax.flag("--writable", choices_.writable,
                "write again after failures of the disk made the server read-only");
    syntax.flag("--accept-wal-loss", choices_.accept_wal_loss,
                "go on without what lies behind a damaged place of the write-ahead log");
  }

  Result<int> run(const Session& session) override {
    Config config = TRY(session.settings(settings_));
    std::vector<std::string> listen = listen_addresses(config, session.environment);
    SignalWatch signals;
    Serving serving(session,
                    {.config = std::move(config),
                     .reload = [&] { return session.settings(settings_); },
                     .listen = std::move(listen),
                     .choices = choices_},
                    signals);
    return serving.run();
  }

 private:
  SettingFlags settings_;
  TroubleChoices choices_;
};

}  // namespace

std::unique_ptr<Command> make_serve() { return std::make_unique<Serve>(); }

}  // namespace kontor::app
