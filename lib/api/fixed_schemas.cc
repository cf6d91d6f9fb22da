#include "api/fixed_schemas.h"

namespace kontor::api {
namespace {

constexpr FixedSchema k_schemas[] = {
    {"Front", R"({
      "type":"object",
      "properties":{
        "name":{"type":"string"},
        "version":{"type":"string"},
        "api":{"type":"string"},
        "openapi":{"type":"string"},
        "reference":{"type":"string"}},
      "required":["name","version","api","openapi","reference"],
      "additionalProperties":false})"},
    {"Nothing", R"({"type":"object","maxProperties":0})"},
    {"Problem", R"({
      "type":"object",
      "description":"RFC 9457. `type` is a path on this server that explains the code.",
      "properties":{
        "type":{"type":"string","pattern":"^/docs/problems/[a-z_]+$"},
        "title":{"type":"string"},
        "status":{"type":"integer","minimum":400,"maximum":599},
        "detail":{"type":"string"},
        "code":{"type":"string","pattern":"^[a-z][a-z0-9_]*$"},
        "request_id":{"type":"string"},
        "errors":{"type":"array","items":{"$ref":"#/components/schemas/FieldError"}},
        "allowed":{"type":"array","items":{"type":"string"},
          "description":"The moves that are possible, where one was refused."},
        "current":{"type":"object",
          "description":"The record as it is, where the version was another."},
        "hint":{"type":"string"}},
      "required":["type","title","status","detail","code","request_id","errors"],
      "additionalProperties":false})"},
    {"FieldError", R"({
      "type":"object",
      "properties":{
        "pointer":{"type":"string",
          "description":"JSON pointer into the body, or ?name of a parameter."},
        "code":{"type":"string","pattern":"^[a-z][a-z0-9_]*$"},
        "detail":{"type":"string"}},
      "required":["pointer","code","detail"],
      "additionalProperties":false})"},
    {"Change", R"({
      "type":"object",
      "properties":{
        "seq":{"type":"integer","minimum":1},
        "at":{"type":"string","format":"date-time"},
        "collection":{"type":"string"},
        "id":{"type":"string","format":"uuid"},
        "action":{"type":"string"},
        "version":{"type":"integer","minimum":1},
        "actor_id":{"type":["string","null"],"format":"uuid"},
        "request_id":{"type":"string"},
        "diff":{"type":["object","null"],
        "description":"null: emptied when a person's data were erased","additionalProperties":{
          "type":"object","properties":{"from":{},"to":{}},
          "required":["from","to"],"additionalProperties":false}}},
      "required":["seq","at","collection","id","action","version","actor_id","request_id","diff"],
      "additionalProperties":false})"},
    {"CustomFields", R"({
      "type":"object",
      "properties":{
        "data":{"type":"array","items":{
          "type":"object",
          "properties":{
            "name":{"type":"string"},
            "kind":{"enum":["text","number","boolean","mixed"],
              "description":"What its values are."},
            "records":{"type":"integer","minimum":1,
              "description":"How many of the records that were looked at have one."}},
          "required":["name","kind","records"],
          "additionalProperties":false}},
        "looked_at":{"type":"integer",
          "description":"The newest records that the caller sees, at most so many."}},
      "required":["data","looked_at"],
      "additionalProperties":false})"},
    {"History", R"({
      "type":"object",
      "properties":{
        "data":{"type":"array","items":{"$ref":"#/components/schemas/Change"}},
        "has_more":{"type":"boolean"},
        "next_cursor":{"type":["string","null"]}},
      "required":["data","has_more","next_cursor"],
      "additionalProperties":false})"},
    {"Changes", R"({
      "type":"object",
      "properties":{
        "data":{"type":"array","items":{"$ref":"#/components/schemas/Change"}},
        "has_more":{"type":"boolean","description":"Go on, even if data is empty."},
        "next_since":{"type":"integer","minimum":0,"description":"`since` of the next call."}},
      "required":["data","has_more","next_since"],
      "additionalProperties":false})"},
    {"Batch", R"({
      "type":"object",
      "properties":{
        "atomic":{"type":"boolean","default":true,
          "description":"All or nothing. false: each operation stands for itself."},
        "operations":{"type":"array","minItems":1,"maxItems":100,"items":{
          "type":"object",
          "properties":{
            "method":{"enum":["POST","PATCH","DELETE"]},
            "path":{"type":"string","pattern":"^/"},
            "body":{"type":["object","null"]},
            "if_match":{"type":"string","description":"As the header If-Match."}},
          "required":["method","path"],
          "additionalProperties":false}}},
      "required":["operations"],
      "additionalProperties":false})"},
    {"BatchResults", R"({
      "type":"object",
      "properties":{
        "results":{"type":"array","items":{
          "type":"object",
          "properties":{
            "status":{"type":"integer"},
            "body":{"type":["object","null"]}},
          "required":["status","body"],
          "additionalProperties":false}}},
      "required":["results"],
      "additionalProperties":false})"},
    {"Count", R"({
      "type":["object","null"],
      "description":"null: the caller may not see what it is made of.",
      "properties":{
        "count":{"type":"integer","minimum":0},
        "rows":{"$ref":"#/components/schemas/Rows"}},
      "required":["count","rows"],
      "additionalProperties":false})"},
    {"Rows",
     R"({"type":"string","pattern":"^/api/v1/",
       "description":"Lists the rows that the figure counts."})"},
    {"Revenue", R"({
      "type":"object",
      "properties":{
        "currency":{"type":"string"},
        "orders":{"type":"integer"},
        "amount":{"type":"integer"},
        "rows":{"$ref":"#/components/schemas/Rows"},
        "month":{"type":"string","pattern":"^[0-9]{4}-[0-9]{2}$"},
        "customer_id":{"type":"string","format":"uuid"},
        "name":{"type":["string","null"],
          "description":"null: a customer whom the caller may not see."}},
      "required":["currency","orders","amount","rows"],
      "additionalProperties":false})"},
    {"Dashboard", R"({
      "type":"object",
      "description":"Each counts the rows that its link lists. null: of what one may not see.",
      "properties":{
        "from":{"type":"string","format":"date"},
        "to":{"type":"string","format":"date"},
        "timezone":{"type":"string"},
        "currency":{"type":"string"},
        "customers":{"$ref":"#/components/schemas/Count"},
        "products":{"$ref":"#/components/schemas/Count"},
        "orders":{"$ref":"#/components/schemas/Count"},
        "orders_by_status":{"type":["array","null"],"items":{
          "type":"object",
          "properties":{
            "status":{"type":"string"},
            "count":{"type":"integer"},
            "rows":{"$ref":"#/components/schemas/Rows"}},
          "required":["status","count","rows"],
          "additionalProperties":false}},
        "revenue":{"type":["array","null"],"items":{"$ref":"#/components/schemas/Revenue"}},
        "revenue_by_month":{"type":["array","null"],"items":{
          "allOf":[{"$ref":"#/components/schemas/Revenue"}],"required":["month"]}},
        "top_customers":{"type":["array","null"],"items":{
          "allOf":[{"$ref":"#/components/schemas/Revenue"}],"required":["customer_id","name"]}},
        "low_stock":{
          "type":["object","null"],
          "properties":{
            "count":{"type":"integer"},
            "rows":{"$ref":"#/components/schemas/Rows"},
            "data":{"type":"array","items":{
              "type":"object",
              "properties":{
                "id":{"type":"string","format":"uuid"},
                "sku":{"type":["string","null"]},
                "name":{"type":["string","null"]},
                "available":{"type":["string","null"]},
                "reorder_point":{"type":["string","null"]}},
              "required":["id","sku","name","available","reorder_point"],
              "additionalProperties":false}}},
          "required":["count","rows","data"],
          "additionalProperties":false}},
      "required":["from","to","timezone","currency","customers","products","orders",
        "orders_by_status","revenue","revenue_by_month","top_customers","low_stock"],
      "additionalProperties":false})"},
    {"Meta", R"({
      "type":"object",
      "properties":{
        "version":{"type":"string"},
        "organisation":{"$ref":"#/components/schemas/MetaOrganisation"},
        "collections":{"type":"array","items":{"$ref":"#/components/schemas/MetaEntity"}},
        "currencies":{
          "type":"object",
          "additionalProperties":{"type":"integer","minimum":0,"maximum":4},
          "description":"ISO 4217 code → decimal places of its minor unit."}},
      "required":["version","organisation","collections","currencies"],
      "additionalProperties":false})"},
    {"MetaEntity", R"({
      "type":"object",
      "properties":{
        "name":{"type":"string"},
        "collection":{"type":"string"},
        "label":{"type":"string"},
        "label_plural":{"type":"string"},
        "title":{"type":"string","description":"The field that names a record to a person."},
        "fields":{"type":"array","items":{
          "type":"object",
          "properties":{
            "name":{"type":"string"},
            "label":{"type":"string"},
            "kind":{"type":"string"},
            "write":{"enum":["anytime","on_create","never","computed"]},
            "required":{"type":"boolean"},
            "unique":{"type":"boolean"},
            "search":{"type":"boolean"},
            "sort":{"type":"boolean"},
            "max":{"type":"integer"},
            "choices":{"type":"array","items":{"type":"string"}},
            "fallback":{"type":"string"},
            "target":{"type":"string"}},
          "required":["name","label","kind","write","required","unique","search","sort"],
          "additionalProperties":false}},
        "moves":{"type":"array","items":{
          "type":"object",
          "properties":{
            "action":{"type":"string"},
            "from":{"type":"string"},
            "to":{"type":"string"},
            "label":{"type":"string"}},
          "required":["action","from","to","label"],
          "additionalProperties":false}},
        "lines":{"$ref":"#/components/schemas/MetaEntity"}},
      "required":["name","collection","label","label_plural","title","fields","moves"],
      "additionalProperties":false})"},
    {"Health", R"({
      "type":"object",
      "properties":{
        "status":{"enum":["healthy","degraded","unhealthy"]},
        "timestamp":{"type":"string","format":"date-time"},
        "version":{"type":"string"},
        "uptime":{"type":"integer","minimum":0,"description":"Seconds."},
        "database":{"enum":["connected","read_only","error"]},
        "memory_usage":{"type":"integer","minimum":0,"description":"Resident bytes."},
        "standby":{"const":true,"description":"It follows another server and takes no writes."},
        "checks":{"$ref":"#/components/schemas/Checks"}},
      "required":["status","timestamp","version","uptime","database","memory_usage","checks"],
      "additionalProperties":false})"},
    {"Checks", R"({
      "type":"object",
      "additionalProperties":{
        "type":"object",
        "properties":{
          "status":{"enum":["pass","fail"]},
          "detail":{"type":"string"}},
        "required":["status","detail"],
        "additionalProperties":false}})"},
    {"Ready", R"({
      "type":"object",
      "properties":{
        "status":{"enum":["ready","not_ready"]},
        "standby":{"const":true,"description":"It follows another server and takes no writes."},
        "checks":{"$ref":"#/components/schemas/Checks"}},
      "required":["status","checks"],
      "additionalProperties":false})"},
    {"OpenApi", R"({
      "type":"object",
      "properties":{"openapi":{"type":"string"},"info":{"type":"object"},"paths":{"type":"object"}},
      "required":["openapi","info","paths"]})"},
    {"AuditRow", R"({
      "type":"object",
      "properties":{
        "seq":{"type":"integer","minimum":1},
        "at":{"type":"string","format":"date-time"},
        "actor":{"type":["object","null"],"description":"null: the program itself",
          "properties":{
            "id":{"type":"string","format":"uuid"},
            "email":{"type":"string"},
            "name":{"type":"string"}},
          "required":["id","email","name"],
          "additionalProperties":false},
        "via":{"enum":["program","session","token"]},
        "address":{"type":"string","description":"Empty: this machine."},
        "request_id":{"type":"string"},
        "collection":{"type":"string"},
        "id":{"type":["string","null"],"format":"uuid"},
        "action":{"type":"string"},
        "version":{"type":["integer","null"],"description":"Of the record; null: an event."},
        "diff":{"type":["object","null"],
        "description":"Of a change: what each field was and became."},
        "detail":{"type":["object","null"],"description":"Of an event."},
        "erased":{"type":"boolean","description":"The content was emptied at a person's wish."},
        "hash":{"type":["string","null"],"pattern":"^[0-9a-f]{64}$",
          "description":"null: from before the chain."}},
      "required":["seq","at","actor","via","address","request_id","collection","id","action",
      "version",
        "diff","detail","erased","hash"],
      "additionalProperties":false})"},
    {"Audit", R"({
      "type":"object",
      "properties":{
        "data":{"type":"array","items":{"$ref":"#/components/schemas/AuditRow"}},
        "count":{"type":"integer","minimum":0,"description":"Rows of this page."},
        "has_more":{"type":"boolean"},
        "next_cursor":{"type":["string","null"]}},
      "required":["data","count","has_more","next_cursor"],
      "additionalProperties":false})"},
    {"Alive", R"({
      "type":"object",
      "properties":{"status":{"const":"alive"}},
      "required":["status"],
      "additionalProperties":false})"},
};

}  // namespace

std::span<const FixedSchema> fixed_schemas() { return k_schemas; }

}  // namespace kontor::api
