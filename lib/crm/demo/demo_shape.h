// The numbers of a preset: how much there is, and how its customers buy.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/json.h"
#include "crm/demo/demo.h"

namespace kontor::crm {

struct DemoShape {
  struct Break {
    std::int64_t quantity = 0, percent = 0;  // from that many on, off the price
  };
  std::size_t customers = 0, products = 0, orders = 0;
  int companies = 0;                        // percent of the customers
  int second_contact = 0;                   // percent of the companies
  int email = 0, phone = 0;                 // percent of the customers who have one
  std::vector<std::int64_t> season;         // how busy the twelve months are, in percent
  std::vector<std::int64_t> weekdays;       // and the days from Sunday
  std::vector<std::int64_t> lines;          // percent of the orders with 1, 2, … lines
  int single = 0;                           // percent of the lines with one piece
  std::vector<std::int64_t> quantities;     // of the others
  int discounted = 0;                       // percent of the lines with something off
  std::vector<Break> breaks;                // by quantity; what is off for many
  std::int64_t cost_from = 0, cost_to = 0;  // percent of the price
  std::int64_t draft_days = 0;              // younger orders may be drafts
  std::int64_t open_days = 0;               // older ones are done or cancelled
  int cancelled = 0;                        // percent of these
  std::int64_t payment_days = 0;            // at most, from order to payment
  std::int64_t settled_days = 0;            // older orders are paid, but for the planted ones
  std::int64_t lapsed_days = 0;  // who has not bought for so long is a former customer; 0: nobody
  bool deposit = false;          // half when it is agreed, half when it is delivered
  std::vector<std::string> methods;    // of payment
  std::vector<std::int64_t> shipping;  // US cents
};

DemoShape demo_shape(const Json& preset, DemoSize size);

}  // namespace kontor::crm
