#include "base/currency.h"

#include <algorithm>
#include <array>

namespace kontor {
namespace {

// ISO 4217 list one, amendment 180 (the lev left it on 2026-01-01, the guilder of the Antilles on
// 2025-07-01). Codes whose minor unit is "N.A." (metals, XDR, XSU, XUA, XTS, XXX) are left out:
// no amount of money can be written in them. Codes stand four bytes apart.
struct ExponentGroup {
  int exponent;
  std::string_view codes;
};

constexpr std::array<ExponentGroup, 4> k_groups = {{
    {2,
     "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD "
     "CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS "
     "GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD "
     "LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB "
     "PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP "
     "SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW "
     "ZWG "},
    {0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF "},
    {3, "BHD IQD JOD KWD LYD OMR TND "},
    {4, "CLF UYW "},
}};

bool lists(std::string_view codes, std::string_view code) {
  for (std::size_t at = 0; at < codes.size(); at += 4) {
    if (codes.substr(at, 3) == code) return true;
  }
  return false;
}

}  // namespace

std::optional<int> currency_exponent(std::string_view code) {
  for (const ExponentGroup& group : k_groups) {
    if (lists(group.codes, code)) return group.exponent;
  }
  return std::nullopt;
}

std::vector<std::string_view> currency_codes() {
  std::vector<std::string_view> codes;
  for (const ExponentGroup& group : k_groups) {
    for (std::size_t at = 0; at < group.codes.size(); at += 4)
      codes.push_back(group.codes.substr(at, 3));
  }
  std::sort(codes.begin(), codes.end());
  return codes;
}

}  // namespace kontor
