// Makes a DemoPlan; private to lib/crm/demo.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "crm/demo/demo_plan.h"
#include "crm/demo/demo_random.h"

namespace kontor::crm {

class DemoPlanner {
 public:
  DemoPlanner(const DemoWords& words, const DemoOptions& options, const TimeZone& zone);
  DemoPlan run() &&;

 private:
  // demo_people.cc
  void plan_customers(std::size_t count);
  void plan_duplicate();
  DemoCustomer customer(std::int64_t created_ms, std::size_t index);
  DemoPerson person();
  std::string full_name(const DemoPerson& person) const;
  std::string company_name();
  // demo_plan.cc
  void plan_products(std::size_t count);
  void plan_orders(std::size_t count);
  std::vector<std::int64_t> day_weights() const;
  DemoOrder order(const Date& day, std::int64_t age_days);
  void choose_customer(DemoOrder& order);
  void choose_lines(DemoOrder& order);
  void choose_status(DemoOrder& order, std::int64_t age_days);
  void choose_payment(DemoOrder& order, std::int64_t age_days);
  void plant_troubles();
  void number_orders();

  const DemoWords& words_;
  const DemoOptions& options_;
  const TimeZone& zone_;
  DemoRandom random_;
  Date begin_;
  std::int64_t begin_ms_ = 0, days_ = 0;
  DemoPlan plan_;
};

}  // namespace kontor::crm
