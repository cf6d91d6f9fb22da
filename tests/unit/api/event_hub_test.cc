#include "api/event_hub.h"

#include <atomic>
#include <catch_amalgamated.hpp>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>

#include "crm/records.h"
#include "model/registry.h"
#include "support/database.h"

namespace kontor::api {
namespace {

// A client that reads at once and may leave, or take only so much.
class Client final : public http::EventSink {
 public:
  explicit Client(std::size_t most = SIZE_MAX) : most_(most) {}

  bool send(std::string_view bytes) override {
    const std::lock_guard lock(mutex_);
    if (texts_.size() >= most_) return false;
    if (!bytes.empty()) texts_.emplace_back(bytes);
    changed_.notify_all();
    return true;
  }

  void end() override {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    changed_.notify_all();
  }
  bool is_ended() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(20), [&] { return ended_; });
  }

  // The numbers of the first `count` events, waiting for them.
  std::vector<std::int64_t> numbers(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(20), [&] { return texts_.size() >= count; });
    std::vector<std::int64_t> found;
    for (const std::string& text : texts_) found.push_back(std::stoll(text.substr(4)));
    return found;
  }

  std::string text(std::size_t index) {
    const std::lock_guard lock(mutex_);
    return texts_.at(index);
  }

 private:
  const std::size_t most_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> texts_;
  bool ended_ = false;
};

struct World {
  test::FakeClock clock;
  SystemRandom random;
  UuidSource ids{clock, random};
  test::Database database{clock};
  crm::CurrentOrganisation organisation;
  EventHub hub{database.store(), std::chrono::milliseconds(20)};
  crm::Records records{organisation, ids, [this] { hub.wake(); }};

  void create(std::string_view collection, std::string_view body,
              std::optional<std::int64_t> maker = {}) {
    const Json json = *parse_json(body);
    REQUIRE(database.store()
                .write([&](store::WriteTx& tx) {
                  return records.create(tx, {.now_ms = 1, .actor_id = maker},
                                        *model::find_entity(collection), json);
                })
                .ok());
  }
  // `maker`: users.id; they are his, as nobody else owns them.
  void create_customers(int count, std::optional<std::int64_t> maker = {}) {
    for (int i = 0; i < count; ++i) create("customers", R"({"name":"x"})", maker);
  }
  void add_user(std::int64_t row_id) {
    const Uuid uid = ids.next();
    REQUIRE(database.store()
                .write([&](store::WriteTx& tx) -> Result<void> {
                  tx.prepare(
                        "INSERT INTO users (id, uid, email, email_norm, created_at) "
                        "VALUES (?, ?, 'a@b.example', 'a@b.example', 1)")
                      .with(row_id, store::Blob{uid.blob()})
                      .run();
                  return {};
                })
                .ok());
  }
  std::shared_ptr<Client> join(Subscription want, std::size_t most = SIZE_MAX) {
    auto client = std::make_shared<Client>(most);
    hub.subscribe(client, std::move(want));
    return client;
  }
};

std::vector<std::int64_t> upwards(std::int64_t first, std::int64_t last) {
  std::vector<std::int64_t> numbers;
  for (std::int64_t i = first; i <= last; ++i) numbers.push_back(i);
  return numbers;
}

TEST_CASE("an event says what happened and not what was before") {
  const std::string text = event_text(
      {.seq = 7, .collection = "orders", .json = R"({"seq":7,"action":"confirm","diff":{"a":1}})"});
  CHECK(text == "id: 7\nevent: orders.confirm\ndata: {\"seq\":7,\"action\":\"confirm\"}\n\n");
}

TEST_CASE("a client gets what it missed and then what happens, each once and in order") {
  World world;
  world.create_customers(30);
  const auto first = world.join({.since = 10, .topics = {}});
  CHECK(first->numbers(20) == upwards(11, 30));
  world.create_customers(5);
  const auto second = world.join({.since = 33, .topics = {}});
  CHECK(second->numbers(2) == upwards(34, 35));
  world.create_customers(5);
  CHECK(first->numbers(30) == upwards(11, 40));
  CHECK(second->numbers(7) == upwards(34, 40));
}

TEST_CASE("clients that join while others write miss nothing") {
  World world;
  std::thread writer([&] { world.create_customers(200); });
  std::vector<std::shared_ptr<Client>> clients;
  for (int i = 0; i < 20; ++i) clients.push_back(world.join({.since = 0, .topics = {}}));
  writer.join();
  for (const auto& client : clients) CHECK(client->numbers(200) == upwards(1, 200));
}

TEST_CASE("topics choose what a client gets, in the gap and after it") {
  World world;
  world.create("products", R"({"sku":"A","name":"a"})");
  world.create_customers(1);
  const auto client = world.join({.since = 0, .topics = {"products"}});
  CHECK(client->numbers(1) == std::vector<std::int64_t>{1});
  world.create_customers(1);
  world.create("products", R"({"sku":"B","name":"b"})");
  CHECK(client->numbers(2) == std::vector<std::int64_t>{1, 4});
}

TEST_CASE("a client that leaves or is too slow does not hold up the others") {
  World world;
  const auto slow = world.join({.since = 0, .topics = {}}, 3);
  const auto other = world.join({.since = 0, .topics = {}});
  world.create_customers(10);
  CHECK(other->numbers(10) == upwards(1, 10));
  CHECK(slow->numbers(3) == upwards(1, 3));
}

TEST_CASE("a client whose place is lost is told so first") {
  World world;
  world.create_customers(3);
  const auto client = world.join({.since = 3, .topics = {}, .reset = true});
  world.create_customers(1);
  CHECK(client->numbers(2) == std::vector<std::int64_t>{3, 4});
  CHECK(client->text(0) == "id: 3\nevent: reset\ndata: {\"last\":3}\n\n");
}

// Sees the customers that the user with this number holds.
std::shared_ptr<const crm::Principal> sees_own(std::int64_t user_id) {
  auto principal = std::make_shared<crm::Principal>();
  principal->kind = crm::Principal::Kind::session;
  principal->user_id = user_id;
  principal->rights.set(*model::find_entity("customers"), crm::Act::read, crm::Reach::own);
  return principal;
}

TEST_CASE("a client gets the changes of records that its user sees, in the gap and after it") {
  World world;
  world.add_user(1);
  world.create_customers(2);
  world.create_customers(2, 1);
  world.create("products", R"({"sku":"A","name":"a"})");
  const auto hers = world.join({.since = 0, .topics = {}, .principal = sees_own(1)});
  const auto all = world.join({.since = 0, .topics = {}});
  CHECK(all->numbers(5) == upwards(1, 5));
  CHECK(hers->numbers(2) == std::vector<std::int64_t>{3, 4});
  world.create_customers(3);
  world.create_customers(1, 1);
  CHECK(all->numbers(9) == upwards(1, 9));
  CHECK(hers->numbers(3) == std::vector<std::int64_t>{3, 4, 9});
}

TEST_CASE("what a client may not see costs it no place: thousands are passed over") {
  World world;
  world.add_user(1);
  world.create_customers(1);
  REQUIRE(world.database.store()
              .write([&](store::WriteTx& tx) -> Result<void> {
                store::Statement more = tx.prepare(
                    "INSERT INTO changes (at, collection, record_uid, action, version, diff) "
                    "SELECT 1, collection, record_uid, 'update', 1, '{}' FROM changes");
                for (int i = 0; i < 13; ++i) more.run();
                return {};
              })
              .ok());
  world.create_customers(1, 1);
  const auto hers = world.join({.since = 0, .topics = {}, .principal = sees_own(1)});
  CHECK(hers->numbers(1) == std::vector<std::int64_t>{(1 << 13) + 1});
}

TEST_CASE("a stream ends when what its caller showed no longer counts, with nothing more") {
  World world;
  std::atomic<bool> counts = true;
  const auto client =
      world.join({.since = 0, .topics = {}, .still_valid = [&] { return counts.load(); }});
  world.create_customers(1);
  CHECK(client->numbers(1) == upwards(1, 1));
  counts = false;
  world.create_customers(1);
  CHECK(client->is_ended());
  CHECK(client->numbers(1) == upwards(1, 1));
}

TEST_CASE("a stream that has nothing to tell ends then, too") {
  World world;
  std::atomic<bool> counts = true;
  const auto client =
      world.join({.since = 0, .topics = {}, .still_valid = [&] { return counts.load(); }});
  world.create_customers(1);
  CHECK(client->numbers(1) == upwards(1, 1));
  counts = false;
  CHECK(client->is_ended());
}

TEST_CASE("stopping ends the thread while clients are there") {
  World world;
  const auto client = world.join({.since = 0, .topics = {}});
  world.create_customers(1);
  CHECK(client->numbers(1).size() == 1);
  world.hub.stop();
  world.hub.stop();
  world.create_customers(1);
  CHECK(client->numbers(1).size() == 1);
}

}  // namespace
}  // namespace kontor::api
