// All that a demo is made from: a preset in one language, for a firm of one country and currency.
#pragma once

#include <string>
#include <vector>

#include "crm/demo/demo.h"
#include "crm/demo/demo_custom.h"
#include "crm/demo/demo_goods.h"
#include "crm/demo/demo_places.h"
#include "crm/demo/demo_shape.h"
#include "crm/demo/demo_words.h"

namespace kontor::crm {

struct DemoPreset {
  std::string currency;
  DemoShape shape;
  DemoWords words;
  DemoPlaces places;
  std::vector<DemoGood> goods;
  std::vector<std::int64_t> shipping;  // minor units
  std::vector<DemoField> customer_fields, order_fields;
};

// Code::usage if there is no such preset or language.
Result<DemoPreset> demo_preset(const DemoOptions& options, const DemoFirm& firm);

}  // namespace kontor::crm
