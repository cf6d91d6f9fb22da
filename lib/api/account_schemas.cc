// Schemas of accounts: signing in, sessions, users.
#include "api/fixed_schemas.h"

namespace kontor::api {
namespace {

constexpr FixedSchema k_schemas[] = {
    {"SignIn", R"({
      "type":"object",
      "description":"`email`, `password`, and `totp` with a second factor; or `link`, once.",
      "properties":{
        "email":{"type":"string"},
        "password":{"type":"string","writeOnly":true},
        "totp":{"type":"string","writeOnly":true,
          "description":"Six digits, or a recovery code."},
        "link":{"type":"string","writeOnly":true,
          "description":"The token of a link that an administrator or the command line gave."}},
      "additionalProperties":false})"},
    {"SignedIn", R"({
      "type":"object",
      "properties":{
        "user":{"$ref":"#/components/schemas/User"},
        "session_id":{"type":"string","format":"uuid"},
        "expires_at":{"type":"string","format":"date-time"},
        "ended_sessions":{"type":"integer","minimum":0,
          "description":"Older sessions that made room for this one."}},
      "required":["user","session_id","expires_at","ended_sessions"],
      "additionalProperties":false})"},
    {"SessionConfirmation", R"({
      "type":"object",
      "properties":{
        "password":{"type":"string","writeOnly":true},
        "totp":{"type":"string","writeOnly":true}},
      "additionalProperties":false})"},
    {"Session", R"({
      "type":"object",
      "properties":{
        "id":{"type":"string","format":"uuid"},
        "user_id":{"type":"string","format":"uuid"},
        "current":{"type":"boolean","description":"Whether this very request belongs to it."},
        "created_at":{"type":"string","format":"date-time"},
        "seen_at":{"type":"string","format":"date-time"},
        "confirmed_at":{"type":"string","format":"date-time"},
        "expires_at":{"type":"string","format":"date-time"},
        "address":{"type":"string"},
        "user_agent":{"type":"string"}},
      "required":["id","user_id","current","created_at","seen_at","confirmed_at","expires_at",
        "address","user_agent"],
      "additionalProperties":false})"},
    {"SessionList", R"({
      "type":"object",
      "properties":{
        "data":{"type":"array","items":{"$ref":"#/components/schemas/Session"}},
        "has_more":{"type":"boolean"},
        "next_cursor":{"type":["string","null"]}},
      "required":["data","has_more","next_cursor"],
      "additionalProperties":false})"},
    {"User", R"({
      "type":"object",
      "properties":{
        "id":{"type":"string","format":"uuid"},
        "version":{"type":"integer","minimum":1},
        "created_at":{"type":"string","format":"date-time"},
        "updated_at":{"type":"string","format":"date-time"},
        "email":{"type":"string"},
        "name":{"type":"string"},
        "status":{"enum":["active","disabled"]},
        "roles":{"type":"array","items":{"type":"string"}},
        "teams":{"type":"array","items":{"type":"string","format":"uuid"}},
        "has_password":{"type":"boolean"},
        "password_set_at":{"type":["string","null"],"format":"date-time"},
        "two_factor":{"type":"boolean"},
        "last_sign_in_at":{"type":["string","null"],"format":"date-time"},
        "language":{"type":"string"},
        "timezone":{"type":"string"}},
      "required":["id","version","created_at","updated_at","email","name","status","roles","teams",
        "has_password","password_set_at","two_factor","last_sign_in_at","language","timezone"],
      "additionalProperties":false})"},
    {"UserList", R"({
      "type":"object",
      "properties":{
        "data":{"type":"array","items":{"$ref":"#/components/schemas/User"}},
        "has_more":{"type":"boolean"},
        "next_cursor":{"type":["string","null"]}},
      "required":["data","has_more","next_cursor"],
      "additionalProperties":false})"},
    {"Person", R"({
      "type":"object",
      "description":"Of a user what every colleague may know.",
      "properties":{
        "id":{"type":"string","format":"uuid"},
        "name":{"type":"string","description":"Empty: the user has none."},
        "initials":{"type":"string"},
        "active":{"type":"boolean","description":"Whether she may sign in."},
        "teams":{"type":"array","items":{"type":"string"},"description":"Names of her teams."}},
      "required":["id","name","initials","active","teams"],
      "additionalProperties":false})"},
    {"PersonList", R"({
      "type":"object",
      "properties":{
        "data":{"type":"array","items":{"$ref":"#/components/schemas/Person"}},
        "has_more":{"type":"boolean"},
        "next_cursor":{"type":["string","null"]}},
      "required":["data","has_more","next_cursor"],
      "additionalProperties":false})"},
    {"UserInput", R"({
      "type":"object",
      "description":"Without a password the user signs in by a link first.",
      "properties":{
        "email":{"type":"string"},
        "name":{"type":"string"},
        "roles":{"type":"array","items":{"type":"string"}},
        "teams":{"type":"array","items":{"type":"string","format":"uuid"}},
        "password":{"type":"string","writeOnly":true},
        "language":{"type":"string"},
        "timezone":{"type":"string"}},
      "required":["email"],
      "additionalProperties":false})"},
    {"UserPatch", R"({
      "type":"object",
      "properties":{
        "email":{"type":"string"},
        "name":{"type":"string"},
        "status":{"enum":["active","disabled"],
          "description":"Who is disabled can do nothing; the records stay hers."},
        "roles":{"type":"array","items":{"type":"string"}},
        "teams":{"type":"array","items":{"type":"string","format":"uuid"}},
        "language":{"type":"string"},
        "timezone":{"type":"string"}},
      "additionalProperties":false})"},
    {"Me", R"({
      "type":"object",
      "properties":{
        "user":{"$ref":"#/components/schemas/User"},
        "preferences":{"type":"object"},
        "credential":{"enum":["session","token"]},
        "confirmed_at":{"type":["string","null"],"format":"date-time",
          "description":"When this session's password or code was last given."},
        "flags":{"type":"array","items":{"type":"string"}},
        "rights":{"type":"object","description":"By collection: how far each right reaches.",
          "additionalProperties":{"type":"object","additionalProperties":{
            "enum":["none","own","team","all"]}}},
        "fields":{"type":"object",
          "description":"products.cost → hidden or read_only: not hers to see or to change.",
          "additionalProperties":{"enum":["hidden","read_only"]}}},
      "required":["user","preferences","credential","confirmed_at","flags","rights","fields"],
      "additionalProperties":false})"},
    {"MePatch", R"({
      "type":"object",
      "description":"A new password needs the current one, and ends all other sessions and tokens.",
      "properties":{
        "name":{"type":"string"},
        "language":{"type":"string"},
        "timezone":{"type":"string"},
        "preferences":{"type":"object"},
        "password":{"type":"string","writeOnly":true},
        "current_password":{"type":"string","writeOnly":true}},
      "additionalProperties":false})"},
    {"SetUp", R"({
      "type":"object",
      "properties":{
        "token":{"type":"string","writeOnly":true,"description":"Of the link that serve prints."},
        "email":{"type":"string"},
        "name":{"type":"string"},
        "password":{"type":"string","writeOnly":true}},
      "required":["token","email","password"],
      "additionalProperties":false})"},
    {"SignInLink", R"({
      "type":"object",
      "description":"Shown once: the link signs the user in, once, until it expires.",
      "properties":{
        "token":{"type":"string"},
        "path":{"type":"string"},
        "expires_at":{"type":"string","format":"date-time"}},
      "required":["token","path","expires_at"],
      "additionalProperties":false})"},
};

}  // namespace

std::span<const FixedSchema> account_schemas() { return k_schemas; }

}  // namespace kontor::api
