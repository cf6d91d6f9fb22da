// QR codes (ISO/IEC 18004) as pictures.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace kontor {

// An SVG of black squares on white with the quiet zone of four modules that the standard asks for;
// it has no size of its own, no script and no style sheet. Error correction M. Code::too_large if
// `text` is longer than any QR code holds (2,331 bytes).
Result<std::string> qr_svg(std::string_view text);

}  // namespace kontor
