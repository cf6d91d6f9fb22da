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
  DemoPlanner(const DemoPreset& preset, const DemoOptions& options, const TimeZone& zone);
  DemoPlan run() &&;

 private:
  // demo_people.cc
  void plan_customers(std::size_t count);
  void plan_duplicate();
  DemoCustomer customer(std::int64_t created_ms, std::size_t index);
  DemoPerson person();
  std::string full_name(const DemoPerson& person) const;
  std::string company_name();
  bool has(int share);
  void plan_contacts(DemoCustomer& customer, const DemoPerson& buyer, const std::string& mark);
  // demo_plan.cc
  void plan_products(std::size_t count);
  void plan_orders(std::size_t count);
  std::vector<std::int64_t> day_weights() const;
  DemoOrder order(const Date& day, std::int64_t age_days);
  void choose_customer(DemoOrder& order);
  void choose_lines(DemoOrder& order);
  DemoLine line(std::size_t product, std::int64_t at_ms);
  void choose_status(DemoOrder& order, std::int64_t age_days);
  void choose_payment(DemoOrder& order, std::int64_t age_days);
  DemoPaid paid_part(const DemoOrder& order, std::int64_t age_days);
  void lapse_customers();
  void plant_troubles();
  void number_orders();

  const DemoPreset& preset_;
  const DemoShape& shape_;
  const DemoWords& words_;
  const DemoOptions& options_;
  const TimeZone& zone_;
  DemoRandom random_;
  Date begin_;
  std::int64_t begin_ms_ = 0, days_ = 0;
  std::vector<std::size_t> lots_;  // the products, each as often as its weight
  DemoPlan plan_;
};

}  // namespace kontor::crm
