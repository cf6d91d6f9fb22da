#pragma once

#include "model/entity.h"

namespace kontor::model {
extern const Entity contact;
}
