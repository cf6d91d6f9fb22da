// Payments of the past, for orders that are here.
#include "unit/crm/importing.h"

using namespace kontor;
using namespace kontor::crm;
using namespace kontor::test;

namespace {

class Paying : public Importing {
 public:
  Paying() {
    import("customers", "ID,Name\n7,Acme\n");
    import("orders",
           "Order ID,Customer,Order date,Product name,Quantity,Price\n1,7,2026-01-05,Tea,2,5\n");
  }
};

}  // namespace

TEST_CASE("payments find their order by its id, ours or its number, and settle it") {
  Paying firm;
  const ImportReport report =
      firm.import("payments",
                  "ID,Order,Amount,Method,Paid at\np1,1,4,card,2026-01-06T10:00:00Z\n"
                  "p2,SO-2026-00001,6,bank transfer,\np3,77,1,cash,\n");
  CHECK(report.created == 2);
  REQUIRE(report.errors.size() == 1);
  CHECK(report.errors[0].code == "not_found");
  CHECK(report.totals.at("amount.USD") == 1000);
  CHECK(text(firm.only("orders"), "payment_status") == "paid");
  CHECK(firm.broken_invariants().empty());
}

TEST_CASE("the same payments again change nothing, by their id or their reference") {
  Paying firm;
  for (const char* file : {"ID,Order,Amount\np1,1,4\n", "Order,Amount,Reference\n1,3,tx-1\n"}) {
    CHECK(firm.import("payments", file).created == 1);
    const std::int64_t changes = firm.number("SELECT max(seq) FROM changes");
    CHECK(firm.import("payments", file).unchanged == 1);
    CHECK(firm.number("SELECT max(seq) FROM changes") == changes);
  }
  CHECK(integer(firm.only("orders"), "paid") == 700);
}

TEST_CASE("payments come in the state that they have") {
  Paying firm;
  const ImportReport report =
      firm.import("payments",
                  "ID,Order,Amount,Status,Refunded\na,1,5,refunded,\nb,1,6,partially_refunded,2\n"
                  "c,1,3,failed,\nd,1,1,succeeded,5\n");
  CHECK(report.created == 3);
  CHECK(report.errors.at(0).column == "Refunded");
  const Json order = firm.only("orders");
  CHECK(integer(order, "paid") == 400);
  CHECK(text(order, "payment_status") == "partially_refunded");
  CHECK(firm.broken_invariants().empty());
}

TEST_CASE("money beyond what is due, and of another currency, is refused") {
  Paying firm;
  const ImportReport report =
      firm.import("payments", "ID,Order,Amount,Currency\na,1,11,\nb,1,5,EUR\nc,1,,\nd,,5,\n");
  CHECK(report.failed == 4);
  std::vector<std::string> codes;
  for (const RowError& error : report.errors) codes.push_back(error.code);
  CHECK(codes ==
        std::vector<std::string>{"exceeds_due", "currency_mismatch", "required", "required"});
}
