// Orders by chance: amounts against a computation of their own, then everything that must hold of
// the data, and both ways to the top customers against each other.
#include "crm/top_customers.h"

#include "unit/crm/firm.h"

using namespace kontor;
using namespace kontor::test;

namespace {

// A small generator, so that a failure can be had again.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}
  std::int64_t below(std::int64_t bound) {
    state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
    return static_cast<std::int64_t>((state_ >> 33) % static_cast<std::uint64_t>(bound));
  }

 private:
  std::uint64_t state_;
};

std::string one_of(Dice& dice, const std::vector<std::string>& items) {
  return items[static_cast<std::size_t>(dice.below(static_cast<std::int64_t>(items.size())))];
}

// "12.0050" for 120050 of 4 places.
std::string decimal(std::int64_t scaled, int places) {
  const std::string digits = std::to_string(scaled);
  const std::size_t width = static_cast<std::size_t>(places) + 1;
  const std::string padded = std::string(width - std::min(width, digits.size()), '0') + digits;
  return padded.substr(0, padded.size() - width + 1) + "." +
         padded.substr(padded.size() - width + 1);
}

// A line and what it comes to: price/10² × quantity/10⁴ × (100 − off)/10², rounded half up; the
// product of the integers is at most 5 × 10¹².
std::pair<std::string, std::int64_t> random_line(Dice& dice, const std::string& product) {
  const std::int64_t price = dice.below(1'000'000), quantity = 1 + dice.below(50'000);
  const std::int64_t off = 25 * dice.below(5);
  const std::string what =
      dice.below(4) == 0
          ? R"("product_id": ")" + product + "\""
          : R"("name": "A", "tax_rate": ")" + one_of(dice, {"0", "0.05", "0.08", "0.1"}) + "\"";
  return {"{" + what + R"(, "unit_price": ")" + decimal(price, 2) + R"(", "quantity": ")" +
              decimal(quantity, 4) + R"(", "discount": ")" + decimal(off, 2) + R"("})",
          (price * quantity * (100 - off) + 50'000'000) / 100'000'000};
}

std::int64_t tax_of(const Json& order) {
  std::map<std::string, std::int64_t> bases;
  for (const Json& line : *order.find("lines")->array())
    bases[text(line, "tax_rate")] += integer(line, "line_total") - integer(line, "discount_share");
  std::int64_t tax = 0;
  for (const auto& [rate, base] : bases) {
    const std::int64_t percent = rate == "0" ? 0 : rate == "0.1" ? 10 : rate.back() - '0';
    tax += (base * percent + 50) / 100;
  }
  return tax;
}

Json random_order(Firm& firm, Dice& dice, const std::string& customer, const std::string& product) {
  std::string lines;
  std::int64_t subtotal = 0;
  for (std::int64_t n = dice.below(5); n >= 0; --n) {
    const auto [line, total] = random_line(dice, product);
    lines += (lines.empty() ? "" : ", ") + line;
    subtotal += total;
  }
  const std::int64_t discount = dice.below(subtotal / 2 + 1);
  const Json order = firm.create(
      "orders", R"({"customer_id": ")" + customer + R"(", "currency": ")" +
                    one_of(dice, {"USD", "USD", "EUR"}) + R"(", "shipping": 9, "discount": )" +
                    std::to_string(discount) + R"(, "lines": [)" + lines + "]}");
  CHECK(integer(order, "subtotal") == subtotal);
  CHECK(integer(order, "net") == subtotal - discount);
  CHECK(integer(order, "tax") == tax_of(order));
  CHECK(integer(order, "total") == subtotal - discount + tax_of(order) + 9);
  return order;
}

// Whatever is refused is refused; what is done must leave everything in order.
void move_about(Firm& firm, Dice& dice, const Json& order, const std::string& customer) {
  for (int step = 0; step < 5; ++step) {
    (void)firm.try_act("orders", order,
                       one_of(dice, {"confirm", "confirm", "confirm", "process", "complete", "hold",
                                     "resume", "cancel"}));
    if (dice.below(6) == 0) (void)firm.try_remove("orders", order);
    if (dice.below(3) == 0) (void)firm.try_restore("orders", order);
    if (dice.below(3) == 0)
      (void)firm.try_create("payments", R"({"order_id": ")" + text(order, "id") +
                                            R"(", "amount": )" +
                                            std::to_string(1 + dice.below(5'000)) + "}");
    if (dice.below(9) == 0)
      (void)firm.try_update("orders", order, R"({"customer_id": ")" + customer + R"("})");
  }
}

void check_both_ways(Firm& firm, const std::string& from, const std::string& to) {
  const auto same = firm.database.store().read([&](store::ReadTx& tx) {
    return Result(crm::top_buyers_by_rank(tx, from, to) == crm::top_buyers_by_orders(tx, from, to));
  });
  INFO(from << " to " << to);
  CHECK(*same);
}

}  // namespace

TEST_CASE("random orders of random lines add up, and all that must hold of the data holds") {
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    INFO("seed " << seed);
    Firm firm;
    Dice dice(seed);
    std::vector<std::string> customers;
    for (int i = 0; i < 15; ++i)
      customers.push_back(text(firm.create("customers", R"({"name": "C"})"), "id"));
    const std::string product =
        text(firm.create("products", R"({"sku": "P", "name": "P", "price": "33.3333",
            "tax_rate": "0.08", "track_stock": true, "stock_on_hand": 100})"),
             "id");
    for (int i = 0; i < 80; ++i) {
      firm.clock.advance_ms(dice.below(9 * 86'400'000LL));
      const Json order = random_order(firm, dice, one_of(dice, customers), product);
      move_about(firm, dice, order, one_of(dice, customers));
    }
    CHECK(firm.broken_invariants() == std::vector<std::string>{});
    check_both_ways(firm, "2000-01-01", "2100-01-01");
    check_both_ways(firm, "2026-11-15", "2027-02-01");
    check_both_ways(firm, "2027-01-01", "2027-01-20");
  }
}
