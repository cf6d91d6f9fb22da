#include "crm/demo/demo_preset.h"

#include "crm/demo/demo_data.h"

namespace kontor::crm {

Result<DemoPreset> demo_preset(const DemoOptions& options, const DemoFirm& firm) {
  TRY(check_demo(options.preset, options.language));
  const Json data = demo_data::preset(options.preset);
  const DemoPrices prices(firm.currency);
  DemoPreset out;
  out.currency = firm.currency;
  out.shape = demo_shape(data, options.size);
  out.words = demo_words(data, options.language);
  out.words.mail_host = options.preset + ".example.com";
  out.places = demo_places(firm.country, options.language);
  out.goods = demo_goods(data, options.language, prices);
  for (const std::int64_t cents : out.shape.shipping) out.shipping.push_back(prices.price(cents));
  out.customer_fields = demo_fields(data, "customers", options.language);
  out.order_fields = demo_fields(data, "orders", options.language);
  return out;
}

}  // namespace kontor::crm
