// Schemas of API tokens and second factors.
#include "api/fixed_schemas.h"

namespace kontor::api {
namespace {

constexpr FixedSchema k_schemas[] = {
    {"ApiToken", R"({
      "type":"object",
      "properties":{
        "id":{"type":"string","format":"uuid"},
        "user_id":{"type":"string","format":"uuid"},
        "email":{"type":"string"},
        "name":{"type":"string"},
        "hint":{"type":"string","description":"Its last four characters."},
        "state":{"enum":["active","expired","revoked","ended"],
          "description":"ended: password, second factor, roles or status of the user changed."},
        "scopes":{"type":"array","items":{"type":"string"},
          "description":"None: all that the user may."},
        "addresses":{"type":"array","items":{"type":"string"},"description":"None: from anywhere."},
        "created_at":{"type":"string","format":"date-time"},
        "expires_at":{"type":"string","format":"date-time"},
        "last_used_at":{"type":["string","null"],"format":"date-time",
          "description":"To the minute."},
        "revoked_at":{"type":["string","null"],"format":"date-time"}},
      "required":["id","user_id","email","name","hint","state","scopes","addresses","created_at",
        "expires_at","last_used_at","revoked_at"],
      "additionalProperties":false})"},
    {"ApiTokenList", R"({
      "type":"object",
      "properties":{
        "data":{"type":"array","items":{"$ref":"#/components/schemas/ApiToken"}},
        "has_more":{"type":"boolean"},
        "next_cursor":{"type":["string","null"]}},
      "required":["data","has_more","next_cursor"],
      "additionalProperties":false})"},
    {"ApiTokenInput", R"({
      "type":"object",
      "properties":{
        "name":{"type":"string","description":"What it is for."},
        "scopes":{"type":"array","items":{"type":"string"},
          "description":"COLLECTION:ACT with * for every one, or a flag such as see_cost."},
        "addresses":{"type":"array","items":{"type":"string"},
          "description":"IP addresses and blocks from which alone it counts."},
        "expires_at":{"type":["string","null"],"format":"date-time"}},
      "required":["name"],
      "additionalProperties":false})"},
    {"MadeApiToken", R"({
      "type":"object",
      "properties":{
        "token":{"type":"string","pattern":"^kontor_pat_[0-9A-Za-z]{49}$",
          "description":"Shown this once."},
        "details":{"$ref":"#/components/schemas/ApiToken"}},
      "required":["token","details"],
      "additionalProperties":false})"},
    {"SecondFactor", R"({
      "type":"object",
      "properties":{
        "active":{"type":"boolean"},
        "recovery_codes_left":{"type":"integer","minimum":0}},
      "required":["active","recovery_codes_left"],
      "additionalProperties":false})"},
    {"SecondFactorOffer", R"({
      "type":"object",
      "description":"It counts once it is confirmed with a code of it.",
      "properties":{
        "secret":{"type":"string","description":"In base 32, to be typed."},
        "url":{"type":"string","pattern":"^otpauth://"},
        "qr_svg":{"type":"string","description":"The URL as a QR code, an SVG picture."}},
      "required":["secret","url","qr_svg"],
      "additionalProperties":false})"},
    {"SecondFactorCode", R"({
      "type":"object",
      "properties":{"code":{"type":"string","writeOnly":true}},
      "required":["code"],
      "additionalProperties":false})"},
    {"RecoveryCodes", R"({
      "type":"object",
      "description":"Shown this once; each signs in once.",
      "properties":{"recovery_codes":{"type":"array","items":{"type":"string"}}},
      "required":["recovery_codes"],
      "additionalProperties":false})"},
};

}  // namespace

std::span<const FixedSchema> token_schemas() { return k_schemas; }

}  // namespace kontor::api
