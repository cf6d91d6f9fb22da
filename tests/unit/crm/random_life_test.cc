// F29: a small firm lives by chance on a disk that fails by chance. After every life the records
// are what a model of the rules in a few lines says, to the last acknowledged change, or with the
// one change whose answer was not given. A seed tells the whole story: KONTOR_LIVES_SEED repeats
// it.
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <random>

#include "crm/search_index.h"
#include "store/migrator.h"
#include "support/power_cut_vfs.h"
#include "unit/crm/firm.h"

using namespace kontor;
using namespace kontor::test;

namespace {

struct Goods {
  std::int64_t price = 0, on_hand = 0, reserved = 0;
  bool operator==(const Goods&) const = default;
};

struct Deal {
  std::string status = "draft", product;
  std::int64_t quantity = 0, total = 0, paid = 0;
  bool operator==(const Deal&) const = default;
};

// Everything, by id.
struct World {
  std::map<std::string, std::string> customers;
  std::map<std::string, Goods> products;
  std::map<std::string, Deal> orders;
  bool operator==(const World&) const = default;
};

std::string in_words(const World& world) {
  std::string out;
  for (const auto& [id, name] : world.customers) out += name + "; ";
  for (const auto& [id, goods] : world.products)
    out += id.substr(30) + " at " + std::to_string(goods.price) + " " +
           std::to_string(goods.on_hand) + "/" + std::to_string(goods.reserved) + "; ";
  for (const auto& [id, deal] : world.orders)
    out += deal.status + " " + std::to_string(deal.quantity) + " of " + deal.product.substr(30) +
           " for " + std::to_string(deal.total) + "/" + std::to_string(deal.paid) + "; ";
  return out;
}

struct Step {
  std::string what, id, other;  // `other`: the product of a new order
  std::int64_t number = 0;      // of pieces, or an amount
};

// The rules once more, in the words of a shopkeeper. nullopt: it must be refused.
std::optional<World> after(World world, const Step& step) {
  if (step.what == "customer") {
    world.customers[step.id] = "C" + std::to_string(step.number);
    return world;
  }
  if (step.what == "product") {
    world.products[step.id] = {.price = 100 + step.number, .on_hand = step.number};
    return world;
  }
  if (step.what == "order") {
    world.orders[step.id] = {.product = step.other,
                             .quantity = step.number,
                             .total = step.number * world.products.at(step.other).price};
    return world;
  }
  Deal& deal = world.orders.at(step.id);
  Goods& goods = world.products.at(deal.product);
  const bool holds = deal.status == "confirmed" || deal.status == "processing";
  if (step.what == "pay") {
    if (deal.status == "cancelled" || step.number > deal.total - deal.paid) return std::nullopt;
    deal.paid += step.number;
  } else if (step.what == "confirm") {
    if (deal.status != "draft" || goods.on_hand - goods.reserved < deal.quantity)
      return std::nullopt;
    goods.reserved += deal.quantity;
    deal.status = "confirmed";
  } else if (step.what == "process") {
    if (deal.status != "confirmed") return std::nullopt;
    deal.status = "processing";
  } else if (step.what == "complete") {
    if (!holds) return std::nullopt;
    goods.reserved -= deal.quantity;
    goods.on_hand -= deal.quantity;
    deal.status = "completed";
  } else {  // cancel
    if (!(holds || deal.status == "draft") || deal.paid > 0) return std::nullopt;
    if (holds) goods.reserved -= deal.quantity;
    deal.status = "cancelled";
  }
  return world;
}

class SeededRandom final : public Random {
 public:
  explicit SeededRandom(unsigned seed) : engine_(seed) {}
  void fill(std::span<std::byte> out) override {
    for (std::byte& byte : out) byte = static_cast<std::byte>(engine_());
  }

 private:
  std::mt19937 engine_;
};

std::string file_bytes(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

Result<World> observe(store::Store& store) {
  return store.read([](store::ReadTx& tx) -> Result<World> {
    World world;
    auto customer = tx.prepare("SELECT uid, name FROM customers");
    while (customer.step())
      world.customers[Uuid::from_blob(customer.blob(0)).text()] = customer.text(1);
    auto product = tx.prepare(
        "SELECT uid, price / 10000, stock_on_hand / 10000, stock_reserved / 10000 FROM products");
    while (product.step())
      world.products[Uuid::from_blob(product.blob(0)).text()] = {
          product.integer(1), product.integer(2), product.integer(3)};
    auto order = tx.prepare(
        "SELECT o.uid, o.status, p.uid, l.quantity / 10000, o.total, o.paid FROM orders o "
        "JOIN order_lines l ON l.order_id = o.id JOIN products p ON p.id = l.product_id");
    while (order.step())
      world.orders[Uuid::from_blob(order.blob(0)).text()] = {
          std::string(order.text(1)), Uuid::from_blob(order.blob(2)).text(), order.integer(3),
          order.integer(4), order.integer(5)};
    return world;
  });
}

// A store on a disk of its own; what happened to it so far is in `history`.
class Shop {
 public:
  explicit Shop(unsigned seed) : dice_(seed), random_(seed) {
    store::MigratorOptions options{
        .database = dir_.database(), .backups = dir_.path() / "backups", .program = "test"};
    store::Migrator::open(std::move(options), clock_).value().up().value();
  }

  // Opens, lives, meets its fault, opens again, and must be what the model says.
  void live() {
    clock_.advance_ms(jump());
    history_ = {found_};
    unanswered_.reset();
    disk_.record(on_disk());
    const bool cut = below(2) == 0;
    if (!cut) disk_.fail_any(1 + below(400), one_of_faults(), false);
    if (const auto store = open(disk_.name())) {
      for (int i = 0; i < 25 && !unanswered_; ++i) take(*store, next_step());
      disk_.heal();
      store->close();
    }
    disk_.heal();
    Recording recording = disk_.take_recording();
    const std::size_t events = recording.events.size();
    if (cut)
      return check_cut(recording, static_cast<std::size_t>(below(static_cast<int>(events) + 1)));
    check_cut(recording, events);
  }

 private:
  int below(int bound) { return static_cast<int>(dice_() % static_cast<unsigned>(bound)); }
  Fault one_of_faults() {
    return std::array{Fault::io, Fault::full, Fault::cut_short}[dice_() % 3];
  }
  // Mostly seconds; at times an hour back, or years ahead.
  std::int64_t jump() {
    if (below(8) == 0) return -3'600'000;
    return below(12) == 0 ? 4LL * 366 * 86'400'000 : below(100'000);
  }

  DiskImage on_disk() const {
    DiskImage image;
    for (const char* name : {"kontor.db", "kontor.db-wal"})
      if (std::filesystem::exists(dir_.path() / name)) image[name] = file_bytes(dir_.path() / name);
    return image;
  }

  void put_on_disk(const DiskImage& image) const {
    for (const auto& entry : std::filesystem::directory_iterator(dir_.path()))
      std::filesystem::remove_all(entry.path());
    for (const auto& [name, bytes] : image) {
      if (name == "kontor.db" || name == "kontor.db-wal")
        std::ofstream(dir_.path() / name, std::ios::binary) << bytes;
    }
  }

  std::unique_ptr<store::Store> open(const std::string& vfs) {
    auto opened = store::Store::open({.database = dir_.database(),
                                      .vfs = vfs,
                                      .ballast_bytes = 0,
                                      .before_commit = crm::update_search_index,
                                      .checkpoint_bytes = 96 * 1024},
                                     clock_);
    if (opened.ok()) return std::move(opened).value();
    CHECK(!vfs.empty());  // a sound disk opens
    return nullptr;
  }

  template <class Map>
  std::string any_of(const Map& map) {
    return std::next(map.begin(), below(static_cast<int>(map.size())))->first;
  }

  Step next_step() {
    const World& world = history_.back();
    const int choice = below(10);
    if (choice == 0 || world.customers.empty())
      return {.what = "customer", .id = ids_.next().text(), .number = below(1000)};
    if (choice == 1 || world.products.empty())
      return {.what = "product", .id = ids_.next().text(), .number = 5 + below(20)};
    if (choice < 4 || world.orders.empty())
      return {.what = "order",
              .id = ids_.next().text(),
              .other = any_of(world.products),
              .number = 1 + below(9)};
    const char* moves[] = {"confirm", "confirm", "process", "complete", "cancel", "pay"};
    return {.what = moves[below(6)], .id = any_of(world.orders), .number = 1 + below(1500)};
  }

  Result<crm::Written> run(store::WriteTx& tx, const Step& step) {
    const crm::Context context{.now_ms = clock_.now_ms(), .request_id = "test"};
    const std::string id = R"({"id": ")" + step.id + R"(", )";
    const std::string number = std::to_string(step.number);
    const auto create = [&](std::string_view collection, const std::string& body) {
      return records_.create(tx, context, Firm::entity(collection), Firm::json(body));
    };
    if (step.what == "customer") return create("customers", id + R"("name": "C)" + number + "\"}");
    if (step.what == "product")
      return create("products", id + R"("sku": ")" + step.id + R"(", "name": "P", "price": )" +
                                    std::to_string(100 + step.number) +
                                    R"(, "track_stock": true, "stock_on_hand": ")" + number +
                                    "\"}");
    if (step.what == "order")
      return create("orders", id + R"("customer_id": ")" +
                                  history_.back().customers.begin()->first +
                                  R"(", "lines": [{"product_id": ")" + step.other +
                                  R"(", "quantity": ")" + number + "\"}]}");
    if (step.what == "pay")
      return create("payments", R"({"order_id": ")" + step.id + R"(", "method": "cash", )" +
                                    R"("status": "succeeded", "amount": )" + number + "}");
    return records_.act(tx, context, Firm::entity("orders"), *Uuid::parse(step.id), step.what,
                        Firm::json("{}"));
  }

  // A refusal by the rules must be foretold; any other ends this life with one open question.
  void take(store::Store& store, const Step& step) {
    const auto expected = after(history_.back(), step);
    const auto answer = store.write([&](store::WriteTx& tx) { return run(tx, step); });
    INFO(step.what << " " << step.id << " " << step.number);
    if (answer.ok()) {
      REQUIRE(expected);
      history_.push_back(*expected);
      return disk_.acknowledge(static_cast<std::int64_t>(history_.size()) - 1);
    }
    INFO(answer.error().message);
    const bool by_rule =
        answer.error().code == Code::conflict || answer.error().code == Code::invalid;
    if (by_rule) CHECK_FALSE(expected);
    else unanswered_ = expected.value_or(history_.back());
  }

  void check_cut(const Recording& recording, std::size_t point) {
    put_on_disk(recording.cut(point, dice_));
    const auto acknowledged = recording.acknowledged(point);
    const std::size_t sure =
        acknowledged.empty() ? 0 : static_cast<std::size_t>(*acknowledged.rbegin());
    const auto store = open("");
    REQUIRE(store);
    found_ = observe(*store).value();
    const bool as_told = found_ == history_.at(sure);
    const bool one_more = sure + 1 < history_.size() && found_ == history_.at(sure + 1);
    INFO("told: " << in_words(history_.at(sure)));
    INFO("found: " << in_words(found_));
    CHECK((as_told || one_more || (unanswered_ && found_ == *unanswered_)));
    for (const crm::Invariant& invariant : crm::invariants()) {
      INFO(invariant.name);
      CHECK(store->read([&](store::ReadTx& tx) { return Result(invariant.check(tx)); })->empty());
    }
    store->close();
  }

  std::mt19937 dice_;
  SeededRandom random_;
  FakeClock clock_;
  ScratchDir dir_{ScratchDir::memory()};
  FaultDisk disk_{"random-life"};
  UuidSource ids_{clock_, random_};
  const crm::CurrentOrganisation organisation_;  // UTC, and US dollars
  crm::Records records_{organisation_, ids_};
  World found_;                      // at the start of this life
  std::vector<World> history_;       // after each acknowledged change
  std::optional<World> unanswered_;  // if the change without an answer was made
};

void live_from(unsigned seed, int lives) {
  INFO("KONTOR_LIVES_SEED=" << seed);
  Shop shop(seed);
  for (int life = 0; life < lives; ++life) {
    INFO("life " << life);
    shop.live();
  }
}

unsigned setting(const char* name, unsigned otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : static_cast<unsigned>(std::strtoul(text, nullptr, 10));
}

}  // namespace

TEST_CASE("F29: a firm that lives by chance is what the model says after every fault") {
  for (const unsigned seed : {1U, 2U, 3U}) live_from(seed, 8);
}

TEST_CASE("F29: a firm lives as many lives as are asked for", "[.][torture]") {
  const unsigned first = setting("KONTOR_LIVES_SEED", setting("KONTOR_TORTURE_SEED", 1));
  const unsigned lives = setting("KONTOR_LIVES", 100);
  for (unsigned life = 0; life < lives; life += 10) live_from(first + life, 10);
  WARN(lives << " lives");
}
