// What a demo firm's past is made of, before any of it is written.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/civil.h"
#include "crm/context.h"
#include "crm/demo/demo.h"
#include "crm/demo/demo_preset.h"

namespace kontor::crm {

struct DemoPerson {
  Uuid id{};
  std::string first, last, job_title, email;
};

struct DemoCustomer {
  Uuid id{};
  std::int64_t created_ms = 0;
  bool company = false;
  std::string name, email, phone, street;
  std::size_t city = 0;
  std::string_view lifecycle = "lead";
  std::vector<DemoPerson> contacts{};
  std::string custom{};  // JSON object; empty: none
};

struct DemoProduct {
  Uuid id{};
  std::int64_t created_ms = 0;
  std::size_t good = 0;                       // of the preset
  std::int64_t cost = 0;                      // minor units
  std::int64_t stock = 0, reorder_point = 0;  // pieces
  bool archived = false;
};

struct DemoLine {
  Uuid id{};
  std::size_t product = 0;
  std::int64_t quantity = 1;
  std::int64_t discount = 0;  // parts per million
};

enum class DemoPaid { no, half, full };

struct DemoPayment {
  Uuid id{};
  std::int64_t at_ms = 0;
  DemoPaid part = DemoPaid::full;  // half of the total, or all that is still due
};

struct DemoOrder {
  Uuid id{};
  std::int64_t at_ms = 0;
  Date day{};
  std::string number;
  std::size_t customer = 0;
  std::string_view status = "completed";
  std::vector<DemoLine> lines{};
  std::int64_t shipping = 0;
  std::size_t channel = 0;
  std::string notes{};
  std::vector<DemoPayment> payments{};
  std::string_view method = "card";
  std::string custom{};  // JSON object; empty: none
};

struct DemoPlan {
  std::vector<DemoCustomer> customers;  // by created_ms
  std::vector<DemoProduct> products;
  std::vector<DemoOrder> orders;  // by at_ms
};

// 14 months up to options.today: more orders towards the end, and in the preset's season; few
// customers who buy much. Planted for the dashboard and the lists to find: products low in stock,
// five delivered orders unpaid for over a month, one order on hold since weeks, cancelled orders,
// a customer who is in twice.
DemoPlan demo_plan(const DemoPreset& preset, const DemoOptions& options, const TimeZone& zone);

}  // namespace kontor::crm
