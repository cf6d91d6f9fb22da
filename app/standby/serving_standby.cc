// What a server that is a standby does besides.
#include <chrono>
#include <string>

#include "base/civil.h"
#include "serving.h"
#include "standby/promotion.h"

namespace kontor::app {
namespace {

constexpr std::chrono::seconds k_follow_pause{3};
// Behind by more than this it does not follow any more: targets get the archive every five seconds.
constexpr std::int64_t k_follows_ms = 60'000;

std::string readable_second(std::int64_t ms) { return format_instant(ms).substr(0, 19) + "Z"; }

}  // namespace

void Serving::add_standby(Service::Parts& parts) const {
  const Follower& follower = *plan_.standby;
  const Clock& clock = session_.clock;
  parts.choices.standby =
      "This is a standby of " + follower.state().record.from + ", for reading only.";
  parts.standby = [&follower, &clock] {
    const StandbyState state = follower.state();
    const std::int64_t lag_ms = state.lag_ms(clock.now_ms());
    std::string detail = "state of " + readable_second(state.record.as_of_ms) + ", " +
                         std::to_string(lag_ms / 1000) + " s behind " + state.record.from;
    if (!state.error.empty()) detail += ": " + state.error;
    return api::StandbyView{.follows = lag_ms < k_follows_ms, .detail = std::move(detail)};
  };
  parts.standby_figures = [&follower, &clock](MetricsText& out) {
    write_standby(out, follower.state(), clock.now_ms());
  };
}

// What stops it is told once, not at every look.
void Serving::follow() {
  plan_.standby->on_applied([this] {
    const auto shown = service_->show_written();
    if (!shown.ok()) log_.error("what came in is not shown", {{"err", shown.error().message}});
  });
  following_ = std::make_unique<backup::Courier>(
      k_follow_pause, [this, told = std::string()](const auto& is_cancelled) mutable {
        const auto done = plan_.standby->round(is_cancelled);
        const std::string what = done.ok() ? std::string() : done.error().message;
        if (what == told || (!done.ok() && done.error().kind == "interrupted")) return;
        if (!done.ok()) log_.error("the standby does not follow", {{"err", what}});
        else log_.info("the standby follows again");
        told = what;
      });
}

void Serving::look_now() {
  const std::unique_lock lock(promoting_, std::try_to_lock);
  if (!lock || !following_) return;
  plan_.standby->look_far();
  following_->look();
}

std::string Serving::standby_line() const {
  const backup::StandbyRecord record = plan_.standby->state().record;
  return "Standby of " + record.from + ", for reading only; state of " +
         readable_second(record.as_of_ms);
}

std::string Serving::standby_json() const {
  if (plan_.standby == nullptr) return {};
  return to_json(plan_.standby->state(), session_.clock.now_ms());
}

Result<std::string> Serving::promote(bool unproven, const std::function<bool()>& is_cancelled) {
  const std::lock_guard lock(promoting_);
  if (plan_.standby == nullptr || promoted_) {
    return Error{.code = Code::conflict,
                 .message = "This is no standby: it is the server.",
                 .kind = "not_standby",
                 .hint = "kontor status"};
  }
  log_.info("promoting");
  following_.reset();
  const auto done = app::promote(*plan_.standby, unproven, session_.clock, is_cancelled);
  if (!done.ok()) {
    log_.error("not promoted", {{"err", done.error().message}});
    follow();
    return done.error();
  }
  log_.warn("promoted",
            {{"as_of", format_instant(done->record.as_of_ms)}, {"not_reached", done->not_reached}});
  promoted_ = true;
  signals_.wake();
  return to_json(*done);
}

}  // namespace kontor::app
