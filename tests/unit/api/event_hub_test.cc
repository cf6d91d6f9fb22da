#include "api/event_hub.h"

#include <catch_amalgamated.hpp>
#include <chrono>
#include <condition_variable>
#include <mutex>

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
};

struct World {
  test::FakeClock clock;
  SystemRandom random;
  UuidSource ids{clock, random};
  test::Database database{clock};
  crm::Organisation organisation;
  EventHub hub{database.store()};
  crm::Records records{organisation, ids, [this] { hub.wake(); }};

  void create(std::string_view collection, std::string_view body) {
    const Json json = *parse_json(body);
    REQUIRE(database.store()
                .write([&](store::WriteTx& tx) {
                  return records.create(tx, {.now_ms = 1}, *model::find_entity(collection), json);
                })
                .ok());
  }
  void create_customers(int count) {
    for (int i = 0; i < count; ++i) create("customers", R"({"name":"x"})");
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
