#include "model/entities/product.h"

namespace kontor::model {
namespace {

constexpr std::string_view states[] = {"active", "archived"};
constexpr std::string_view sku_aliases[] = {"productid", "product id", "product code", "item number", "article number", "code"};
constexpr std::string_view name_aliases[] = {"product name", "productname", "title", "item"};
constexpr std::string_view unit_aliases[] = {"quantity per unit", "quantityperunit", "unit of measure"};
constexpr std::string_view price_aliases[] = {"unit price", "unitprice", "regular price", "sale price", "list price"};
constexpr std::string_view cost_aliases[] = {"unit cost", "cost per item", "purchase price"};
constexpr std::string_view tax_aliases[] = {"tax", "vat", "vat rate", "tax rate"};
constexpr std::string_view stock_aliases[] = {"stock", "units in stock", "unitsinstock", "quantity", "inventory", "qty"};
constexpr std::string_view reorder_aliases[] = {"reorder level", "reorderlevel", "low stock amount", "minimum stock"};
constexpr std::string_view category_aliases[] = {"categories", "product category", "category name", "categoryid", "type"};

constexpr auto fields = with_common(std::to_array<Field>({
    {.name = "sku", .label = "SKU", .kind = Kind::code, .required = true, .unique = true, .search = true, .sort = true, .max = 64, .aliases = sku_aliases},
    {.name = "name", .label = "Name", .required = true, .search = true, .sort = true, .aliases = name_aliases},
    {.name = "description", .label = "Description", .kind = Kind::long_text, .max = 10'000},
    {.name = "unit", .label = "Unit", .max = 60, .aliases = unit_aliases},
    {.name = "price", .label = "Price", .kind = Kind::unit_price, .required = true, .sort = true, .fallback = "0", .aliases = price_aliases},
    {.name = "currency", .label = "Currency", .kind = Kind::currency, .required = true},
    {.name = "cost", .label = "Cost", .kind = Kind::unit_price, .cost = true, .aliases = cost_aliases},
    {.name = "tax_rate", .label = "Tax rate", .kind = Kind::rate, .required = true, .fallback = "0", .aliases = tax_aliases},
    {.name = "track_stock", .label = "Track stock", .kind = Kind::boolean, .required = true, .fallback = "false"},
    {.name = "stock_on_hand", .label = "Stock on hand", .kind = Kind::quantity, .required = true, .sort = true, .fallback = "0", .aliases = stock_aliases},
    {.name = "stock_reserved", .label = "Reserved", .kind = Kind::quantity, .write = Write::never, .required = true, .fallback = "0"},
    {.name = "reorder_point", .label = "Reorder point", .kind = Kind::quantity, .required = true, .fallback = "0", .aliases = reorder_aliases},
    {.name = "low_stock", .label = "Low stock", .kind = Kind::boolean, .write = Write::computed},
    {.name = "category", .label = "Category", .search = true, .max = 120, .aliases = category_aliases},
    {.name = "status", .label = "Status", .kind = Kind::choice, .required = true, .choices = states, .fallback = "active"},
}));

}  // namespace

constinit const Entity product{.name = "product",
                               .collection = "products",
                               .label = "Product",
                               .label_plural = "Products",
                               .fields = fields};

namespace product_field {
constinit const std::size_t sku = index_of(fields, "sku");
constinit const std::size_t name = index_of(fields, "name");
constinit const std::size_t price = index_of(fields, "price");
constinit const std::size_t currency = index_of(fields, "currency");
constinit const std::size_t cost = index_of(fields, "cost");
constinit const std::size_t tax_rate = index_of(fields, "tax_rate");
constinit const std::size_t track_stock = index_of(fields, "track_stock");
constinit const std::size_t stock_on_hand = index_of(fields, "stock_on_hand");
constinit const std::size_t stock_reserved = index_of(fields, "stock_reserved");
constinit const std::size_t reorder_point = index_of(fields, "reorder_point");
constinit const std::size_t status = index_of(fields, "status");
}  // namespace product_field

}  // namespace kontor::model
