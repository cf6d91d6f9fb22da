// What goes in and out where people manage who may see and do what.
#include "api/fixed_schemas.h"

namespace kontor::api {
namespace {

constexpr FixedSchema k_schemas[] = {
    {"Team", R"({
      "type":"object",
      "description":"Where a right says team, it reaches the records of all who share a team.",
      "properties":{
        "id":{"type":"string","format":"uuid"},
        "version":{"type":"integer","minimum":1},
        "created_at":{"type":"string","format":"date-time"},
        "updated_at":{"type":"string","format":"date-time"},
        "name":{"type":"string"},
        "members":{"type":"array","items":{"type":"string","format":"uuid"},
          "description":"Users."}},
      "required":["id","version","created_at","updated_at","name","members"],
      "additionalProperties":false})"},
    {"Teams", R"({
      "type":"object",
      "properties":{"data":{"type":"array","items":{"$ref":"#/components/schemas/Team"}}},
      "required":["data"],
      "additionalProperties":false})"},
    {"TeamInput", R"({
      "type":"object",
      "properties":{
        "name":{"type":"string","minLength":1},
        "members":{"type":"array","maxItems":500,"items":{"type":"string","format":"uuid"}}},
      "required":["name"],
      "additionalProperties":false})"},
    {"TeamPatch", R"({
      "type":"object",
      "properties":{
        "name":{"type":"string","minLength":1},
        "members":{"type":"array","maxItems":500,"items":{"type":"string","format":"uuid"},
          "description":"All of them: who is not listed is no member any more."}},
      "additionalProperties":false})"},
    {"Role", R"({
      "type":"object",
      "properties":{
        "name":{"type":"string"},
        "label":{"type":"string"},
        "description":{"type":"string"},
        "collections":{"type":"object","additionalProperties":{
          "type":"object","additionalProperties":{"enum":["none","own","team","all"]}},
          "description":"Collection → read, create, … → how far it reaches."},
        "fields":{"type":"object","additionalProperties":{"enum":["hidden","read_only"]},
          "description":"products.price → hidden or read_only."},
        "flags":{"type":"array","items":{"enum":["settings","users","audit","backup","see_cost",
          "issue_invoice","refund"]}},
        "built_in":{"type":"boolean"},
        "version":{"type":"integer","minimum":1},
        "users":{"type":"integer","minimum":0,"description":"How many have it."},
        "created_at":{"type":["string","null"],"format":"date-time"},
        "updated_at":{"type":["string","null"],"format":"date-time"}},
      "required":["name","label","collections","built_in","version","users","created_at",
        "updated_at"],
      "additionalProperties":false})"},
    {"Roles", R"({
      "type":"object",
      "properties":{"data":{"type":"array","items":{"$ref":"#/components/schemas/Role"}}},
      "required":["data"],
      "additionalProperties":false})"},
    {"RoleInput", R"({
      "type":"object",
      "description":"What is not named is not allowed.",
      "properties":{
        "name":{"type":"string"},
        "label":{"type":"string"},
        "description":{"type":"string"},
        "collections":{"type":"object","additionalProperties":{
          "type":"object","additionalProperties":{"enum":["none","own","team","all"]}},
          "description":"Collection → read, create, … → how far it reaches."},
        "fields":{"type":"object","additionalProperties":{"enum":["hidden","read_only"]},
          "description":"products.price → hidden or read_only."},
        "flags":{"type":"array","items":{"enum":["settings","users","audit","backup","see_cost",
          "issue_invoice","refund"]}}},
      "required":["name","label","collections"],
      "additionalProperties":false})"},
    {"RolePatch", R"({
      "type":"object",
      "properties":{
        "label":{"type":"string"},
        "description":{"type":["string","null"]},
        "collections":{"type":"object"},
        "fields":{"type":["object","null"]},
        "flags":{"type":["array","null"],"items":{"type":"string"}}},
      "additionalProperties":false})"},
    {"Reassignment", R"({
      "type":"object",
      "properties":{"to":{"type":"string","format":"uuid","description":"A user."}},
      "required":["to"],
      "additionalProperties":false})"},
    {"Reassigned", R"({
      "type":"object",
      "properties":{
        "moved":{"type":"integer","minimum":0},
        "done":{"type":"boolean","description":"false: there are more, the same call goes on."},
        "left_count":{"type":"integer","minimum":0},
        "left":{"type":"array","description":"What a rule did not let go; the first 100.","items":{
          "type":"object",
          "properties":{
            "collection":{"type":"string"},
            "id":{"type":"string","format":"uuid"},
            "reason":{"type":"string"}},
          "required":["collection","id","reason"],
          "additionalProperties":false}}},
      "required":["moved","done","left_count","left"],
      "additionalProperties":false})"},
    {"AccessExplanation", R"({
      "type":"object",
      "properties":{
        "user_id":{"type":["string","null"],"format":"uuid"},
        "collection":{"type":"string"},
        "id":{"type":["string","null"],"format":"uuid"},
        "roles":{"type":"array","items":{"type":"string"}},
        "record":{
          "type":["object","null"],
          "description":"null: there is none, or none that one sees.",
          "properties":{
            "holder_id":{"type":["string","null"],"format":"uuid",
              "description":"Its owner, or who made it while it has none."},
            "relation":{"enum":["own","team","other","nobody"]},
            "teams":{"type":"array","items":{"type":"string"},
              "description":"Those that are shared with the holder."},
            "in_trash":{"type":"boolean"}},
          "required":["holder_id","relation","teams","in_trash"],
          "additionalProperties":false},
        "acts":{"type":"array","items":{
          "type":"object",
          "properties":{
            "act":{"enum":["read","create","update","delete","assign","export","import"]},
            "reach":{"enum":["none","own","team","all"]},
            "granted_by":{"type":"array","items":{"type":"string"},"description":"Roles."},
            "allowed":{"type":"boolean"},
            "reason":{"type":"string"}},
          "required":["act","reach","granted_by","allowed","reason"],
          "additionalProperties":false}},
        "flags":{"type":"array","items":{
          "type":"object",
          "properties":{
            "flag":{"type":"string"},
            "allowed":{"type":"boolean"},
            "granted_by":{"type":"array","items":{"type":"string"}}},
          "required":["flag","allowed","granted_by"],
          "additionalProperties":false}},
        "hidden_fields":{"type":"array","items":{"type":"string"}},
        "read_only_fields":{"type":"array","items":{"type":"string"}}},
      "required":["user_id","collection","id","roles","record","acts","flags","hidden_fields",
        "read_only_fields"],
      "additionalProperties":false})"},
};

}  // namespace

std::span<const FixedSchema> access_schemas() { return k_schemas; }

}  // namespace kontor::api
