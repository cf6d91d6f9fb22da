// Each kind of firm: sound in every currency, the same every time, and like its kind.
#include "base/currency.h"
#include "crm/demo/demo_places.h"
#include "crm/demo/demo_prices.h"
#include "unit/crm/demo_firm.h"

using namespace kontor;
using namespace kontor::crm;
using namespace kontor::test;

namespace {

std::string everything(Demo& firm) {
  return firm.dump("SELECT hex(uid) || name || coalesce(phone, '') || custom FROM customers") +
         firm.dump("SELECT hex(uid) || sku || name || price || custom FROM products") +
         firm.dump("SELECT hex(uid) || number || status || total || paid || custom FROM orders") +
         firm.dump("SELECT hex(uid) || amount || paid_at FROM payments");
}

// How many rows of the collections are not as all must be.
std::int64_t strays(Demo& firm, const std::string& condition) {
  std::int64_t sum = 0;
  for (const char* collection : {"customers", "products", "orders", "payments"})
    sum += firm.number("SELECT count(*) FROM " + std::string(collection) + " WHERE " + condition);
  return sum;
}

}  // namespace

TEST_CASE("every preset loads in both languages, counts in the firm's money, and goes again") {
  for (const std::string_view preset : demo_presets()) {
    for (const std::string_view language : demo_languages()) {
      CAPTURE(preset, language);
      Demo firm;
      firm.be("EUR", "DE");
      const DemoReport report = firm.load(firm.options(preset, language));
      for (const std::string_view collection : k_collections) {
        const std::string name(collection);
        CHECK(firm.number("SELECT count(*) FROM " + name) == report.counts.at(name));
      }
      CHECK(strays(firm, "currency <> 'EUR'") == 0);
      CHECK(firm.number("SELECT count(*) FROM customers WHERE address_country <> 'DE'") == 0);
      CHECK(firm.number("SELECT count(*) FROM customers WHERE phone <> '' AND "
                        "coalesce(phone_norm, '') NOT LIKE '+49%'") == 0);
      CHECK(firm.number("SELECT count(*) FROM payments WHERE amount <= 0") == 0);
      firm.check_invariants();
      firm.clear();
      CHECK(strays(firm, "1") == 0);
    }
  }
}

TEST_CASE("every preset is the same for the same seed, and another one for another") {
  for (const std::string_view preset : demo_presets()) {
    CAPTURE(preset);
    Demo one, two, three;
    one.load(one.options(preset));
    two.load(two.options(preset));
    DemoOptions other = three.options(preset);
    other.seed = 2;
    three.load(other);
    CHECK(everything(one) == everything(two));
    CHECK(everything(one) != everything(three));
  }
}

TEST_CASE("every preset has what there is to find: overdue, held, doubled") {
  for (const std::string_view preset : demo_presets()) {
    CAPTURE(preset);
    Demo firm;
    DemoOptions options = firm.options(preset);
    options.size = DemoSize::m;
    firm.load(options);
    CHECK(firm.number("SELECT count(*) FROM orders WHERE status = 'on_hold'") == 1);
    CHECK(firm.number("SELECT count(*) FROM orders WHERE status = 'completed' AND due > 0 AND "
                      "notes IS NOT NULL") == 5);
    CHECK(firm.number("SELECT count(*) FROM (SELECT 1 FROM customers WHERE email_norm IS NOT NULL "
                      "GROUP BY email_norm HAVING count(*) = 2)") == 1);
    const std::string now = std::to_string(firm.clock.now_ms());
    CHECK(firm.number("SELECT count(*) FROM payments WHERE paid_at > " + now) == 0);
    CHECK(firm.number("SELECT count(*) FROM orders WHERE created_at > " + now) == 0);
  }
}

TEST_CASE("a studio sells memberships and class packs, which lie on no shelf") {
  Demo firm;
  firm.load(firm.options("studio"));
  const std::string_view memberships = "FROM products WHERE category = 'Memberships'";
  CHECK(firm.number("SELECT count(*) " + std::string(memberships)) >= 10);
  CHECK(firm.number("SELECT sum(track_stock) " + std::string(memberships)) == 0);
  const auto sold = [&](const std::string& sku) {
    return firm.number("SELECT count(*) FROM order_lines WHERE sku LIKE '" + sku + "-%'");
  };
  CHECK(sold("M01") > 2 * sold("M12"));
  CHECK(firm.number("SELECT custom ->> 'sessions' FROM products WHERE sku = 'P10-YOG'") == 10);
  CHECK(firm.number("SELECT count(*) FROM products WHERE track_stock = 1 AND low_stock = 1") > 0);
  CHECK(firm.number("SELECT count(*) FROM customers WHERE lifecycle = 'former'") > 0);
  CHECK(firm.number("SELECT count(*) FROM customers WHERE custom ->> 'goal' <> ''") > 10);
}

TEST_CASE("a manufacturing firm quotes parts to companies, by the hundred, half in advance") {
  Demo firm;
  DemoOptions options = firm.options("manufacturing");
  options.size = DemoSize::m;
  firm.load(options);
  CHECK(firm.number("SELECT count(*) FROM customers WHERE kind <> 'company'") == 0);
  CHECK(firm.number("SELECT count(*) FROM order_lines WHERE quantity >= 100 * 10000") >
        firm.number("SELECT count(*) / 2 FROM order_lines"));
  CHECK(firm.number("SELECT count(*) FROM order_lines WHERE quantity >= 1000 * 10000 AND "
                    "discount < 100000") == 0);
  // Paid in two halves, the first of which came before the second.
  CHECK(firm.number("SELECT count(*) FROM orders WHERE payment_status = 'paid' AND 2 <> (SELECT "
                    "count(*) FROM payments p WHERE p.order_id = orders.id)") == 0);
  CHECK(firm.number("SELECT count(*) FROM payments a JOIN payments b ON a.order_id = b.order_id "
                    "AND a.id < b.id WHERE a.paid_at > b.paid_at OR b.amount - a.amount > 1") == 0);
  // Long orders: what is a month old is still being made.
  const std::string month_ago = format_date(add_days(options.today, -30));
  CHECK(firm.number("SELECT count(*) FROM orders WHERE status = 'processing' AND order_date < '" +
                    month_ago + "'") > 0);
  CHECK(firm.number("SELECT count(*) FROM orders WHERE custom ->> 'promised for' <= order_date") ==
        0);
}

TEST_CASE("a Telegram shop knows everyone by a handle, and few by an address") {
  Demo firm;
  firm.load(firm.options("telegram"));
  CHECK(firm.number("SELECT count(*) FROM customers WHERE custom ->> 'telegram' NOT LIKE "
                    "'@%_demo'") == 0);
  CHECK(firm.number("SELECT count(DISTINCT custom ->> 'telegram') FROM customers") == 59);
  CHECK(firm.number("SELECT count(*) FROM customers WHERE email IS NOT NULL") < 30);
  CHECK(firm.number("SELECT count(*) FROM orders WHERE channel NOT LIKE 'telegram%'") == 0);
  CHECK(firm.number("SELECT count(*) FROM orders WHERE status = 'cancelled' AND notes IS NULL") ==
        0);
}

TEST_CASE("prices are such as someone sets, in the money's own minor units") {
  CHECK(DemoPrices("USD").price(1290) == 1290);
  CHECK(DemoPrices("EUR").price(1290) == 1185);
  CHECK(DemoPrices("JPY").price(1290) == 1950);     // no minor unit
  CHECK(DemoPrices("VND").price(1290) == 155'000);  // nor here
  CHECK(DemoPrices("KWD").price(1290) == 4'000);    // three places: 4.000
  CHECK(DemoPrices("USD").price(0) == 0);
  for (const std::string_view code : currency_codes()) {
    CAPTURE(code);
    const DemoPrices prices(code);
    const std::int64_t step = *currency_exponent(code) == 0 ? 10 : 5;
    std::int64_t last = 0;
    for (const std::int64_t cents : {1, 25, 290, 1290, 6900, 69'000, 480'000}) {
      const std::int64_t price = prices.price(cents);
      CHECK(price % step == 0);
      CHECK(price >= std::max(last, step));
      last = price;
    }
  }
}

TEST_CASE("customers live in the firm's country, else at the home of the language") {
  CHECK(demo_places("FR", "en").country == "FR");
  CHECK(demo_places("KW", "en").country == "US");
  CHECK(demo_places("KW", "vi").country == "VN");
  CHECK(demo_places("DE", "en").line("7", "Gartenweg") == "Gartenweg 7");
  CHECK(demo_places("US", "en").line("7", "Oak Avenue") == "7 Oak Avenue");
  CHECK(demo_firm("en", "GB").currency == "GBP");
  CHECK(demo_firm("en", "KW").currency == "USD");
}
