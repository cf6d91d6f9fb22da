#include "api/event_hub.h"

#include <algorithm>
#include <chrono>

#include "base/json.h"
#include "crm/access/row_predicate.h"
#include "crm/organisation/organisation_record.h"
#include "model/registry.h"

namespace kontor::api {
namespace {

using namespace std::chrono_literals;

constexpr int k_page = 500;      // changes read at once
constexpr auto k_retry = 500ms;  // after a read that failed
// Who is far behind is served in slices well below the backlog of a stream
// (limits::stream_backlog_bytes), with time in between for the socket to take them.
constexpr std::size_t k_slice_bytes = 16 * 1024;
constexpr auto k_slice_pause = 10ms;
// Changes of a slice, sent or not: looking whose the records are takes some ms.
constexpr int k_slice_changes = 2'000;

// Changes after `since` in pages, until none is left; false: the read failed.
template <class Take>
bool each_change(store::Store& store, std::int64_t since, const std::vector<std::string>& topics,
                 bool with_holders, Take take) {
  while (true) {
    const auto page = store.read([&](store::ReadTx& tx) -> Result<std::vector<crm::Change>> {
      return crm::every_change_since(tx, since, k_page, topics, with_holders);
    });
    if (!page.ok()) return false;
    for (const crm::Change& change : *page) {
      if (!take(change)) return true;
      since = change.seq;
    }
    if (page->size() < static_cast<std::size_t>(k_page)) return true;
  }
}

}  // namespace

std::string event_text(const crm::Change& change) {
  Result<Json> json = parse_json(change.json);
  std::string action = "change";
  std::string data = change.json;
  if (json.ok() && json->object() != nullptr) {
    JsonObject& members = *json->object();
    std::erase_if(members, [](const JsonMember& member) { return member.first == "diff"; });
    if (const Json* name = json->find("action"); name != nullptr && name->string() != nullptr)
      action = *name->string();
    data = to_text(*json);
  }
  return "id: " + std::to_string(change.seq) + "\nevent: " + change.collection + "." + action +
         "\ndata: " + data + "\n\n";
}

bool EventHub::Subscriber::is_restricted() const {
  const auto all = model::entities();
  return std::any_of(all.begin(), all.end(), [&](const model::Entity* entity) {
    return want.principal->rights.reach(*entity, crm::Act::read) != crm::Reach::all;
  });
}

bool EventHub::Subscriber::wants(const crm::Change& change) const {
  const bool is_topic = want.topics.empty() || std::find(want.topics.begin(), want.topics.end(),
                                                         change.collection) != want.topics.end();
  if (is_topic && change.collection == crm::k_organisation) return true;  // everyone's
  const model::Entity* entity = is_topic ? model::find_entity(change.collection) : nullptr;
  return entity != nullptr &&
         crm::reaches(*want.principal, *entity, crm::Act::read, change.holder_id);
}

bool EventHub::Subscriber::send(std::string_view text) {
  if (!want.still_valid || want.still_valid()) return sink->send(text);
  sink->end();
  return false;
}

EventHub::EventHub(store::Store& store, std::chrono::milliseconds sweep)
    : store_(store), sweep_every_(sweep) {
  thread_ = std::thread([this] { run(); });
}

EventHub::~EventHub() { stop(); }

void EventHub::wake() {
  const std::lock_guard lock(mutex_);
  dirty_ = true;
  changed_.notify_one();
}

void EventHub::subscribe(std::shared_ptr<http::EventSink> sink, Subscription subscription) {
  const std::lock_guard lock(mutex_);
  arrived_.push_back({std::move(sink), std::move(subscription)});
  changed_.notify_one();
}

void EventHub::stop() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
    changed_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
  subscribers_.clear();
}

bool EventHub::wait(std::vector<Subscriber>& arrived) {
  std::unique_lock lock(mutex_);
  changed_.wait_until(lock, sweep_at_, [&] { return stop_ || dirty_ || !arrived_.empty(); });
  dirty_ = false;
  arrived = std::exchange(arrived_, {});
  return !stop_;
}

void EventHub::run() {
  std::vector<Subscriber> arrived;
  sweep_at_ = std::chrono::steady_clock::now() + sweep_every_;
  while (wait(arrived)) {
    if (std::chrono::steady_clock::now() >= sweep_at_) sweep();
    deliver(arrived);
  }
}

// New subscribers are brought to where the others stand; then all get what is new, read once.
void EventHub::deliver(std::vector<Subscriber>& arrived) {
  if (subscribers_.empty() && !arrived.empty() && !find_last()) {
    return come_back(std::move(arrived), true);
  }
  std::vector<Subscriber> unserved;
  bool has_failed = false;
  for (Subscriber& subscriber : arrived) {
    const CatchUp outcome = catch_up(subscriber);
    has_failed = has_failed || outcome == CatchUp::failed;
    if (outcome == CatchUp::done) {
      subscribers_.push_back(std::move(subscriber));
    } else if (outcome == CatchUp::failed || outcome == CatchUp::more) {
      unserved.push_back(std::move(subscriber));
    }
  }
  has_failed = !fan_out() || has_failed;
  if (has_failed || !unserved.empty()) come_back(std::move(unserved), has_failed);
}

// Where to go on from when nobody has followed the changes for a while.
bool EventHub::find_last() {
  const auto last =
      store_.read([](store::ReadTx& tx) -> Result<std::int64_t> { return crm::last_change(tx); });
  if (last.ok()) last_ = *last;
  return last.ok();
}

void EventHub::come_back(std::vector<Subscriber> unserved, bool has_failed) {
  std::unique_lock lock(mutex_);
  if (has_failed) {
    changed_.wait_for(lock, k_retry, [&] { return stop_; });
  } else {
    changed_.wait_for(lock, k_slice_pause, [&] { return stop_; });
  }
  dirty_ = true;
  for (Subscriber& subscriber : unserved) arrived_.push_back(std::move(subscriber));
}

// What the subscriber missed, from the table up to last_.
EventHub::CatchUp EventHub::catch_up(Subscriber& subscriber) {
  Subscription& want = subscriber.want;
  if (want.reset) {
    const std::string at = std::to_string(want.since);
    want.reset = false;
    if (!subscriber.sink->send("id: " + at + "\nevent: reset\ndata: {\"last\":" + at + "}\n\n"))
      return CatchUp::gone;
  }
  if (want.since >= last_) return CatchUp::done;
  bool is_there = true, has_more = false;
  std::size_t sent_bytes = 0;
  int looked_at = 0;
  const bool was_read = each_change(
      store_, want.since, want.topics, subscriber.is_restricted(), [&](const crm::Change& change) {
        if (change.seq > last_) return false;
        if (subscriber.wants(change)) {
          const std::string text = event_text(change);
          is_there = subscriber.send(text);
          sent_bytes += text.size();
        }
        want.since = change.seq;
        has_more = sent_bytes >= k_slice_bytes || ++looked_at == k_slice_changes;
        return is_there && !has_more;
      });
  if (!is_there) return CatchUp::gone;
  if (!was_read) return CatchUp::failed;
  return has_more ? CatchUp::more : CatchUp::done;
}

// Reads what is new once, for all; false: the read failed, last_ says how far it went. Whose each
// record is, is looked up once, too, and only if someone does not see all.
bool EventHub::fan_out() {
  if (subscribers_.empty()) return true;
  const bool with_holders =
      std::any_of(subscribers_.begin(), subscribers_.end(),
                  [](const Subscriber& subscriber) { return subscriber.is_restricted(); });
  return each_change(store_, last_, {}, with_holders, [&](const crm::Change& change) {
    const std::string text = event_text(change);
    std::erase_if(subscribers_, [&](Subscriber& subscriber) {
      return change.seq > subscriber.want.since && subscriber.wants(change) &&
             !subscriber.send(text);
    });
    last_ = change.seq;
    return true;
  });
}

// Who had nothing to get has not told us that he left, or may not listen any longer. The front
// itself keeps streams from silence.
void EventHub::sweep() {
  sweep_at_ = std::chrono::steady_clock::now() + sweep_every_;
  std::erase_if(subscribers_, [](Subscriber& subscriber) { return !subscriber.send(""); });
}

}  // namespace kontor::api
