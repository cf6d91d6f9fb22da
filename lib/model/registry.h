// Every entity of the product. A new one is a file under entities/ and a line here.
#pragma once

#include <span>
#include <string_view>

#include "model/entity.h"

namespace kontor::model {

std::span<const Entity* const> entities();  // the collections, in the order of the menu
const Entity* find_entity(std::string_view collection);  // nullptr: no such collection

}  // namespace kontor::model
