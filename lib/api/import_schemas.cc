// What goes in and out where files are brought in.
#include "api/fixed_schemas.h"

namespace kontor::api {
namespace {

constexpr FixedSchema k_schemas[] = {
    {"ImportRequest", R"({
      "type":"object",
      "properties":{
        "collection":{"enum":["customers","contacts","products","orders","payments"]},
        "content":{"type":"string","minLength":1,"description":"The file."},
        "upload":{"type":"string","format":"uuid",
          "description":"Instead of content: a file that was sent in pieces."},
        "lines":{"type":"string","description":"Orders: the file of their lines, if there is one."},
        "lines_upload":{"type":"string","format":"uuid","description":"Instead of lines."},
        "file_name":{"type":"string","maxLength":255},
        "format":{"enum":["csv","jsonl","vcard"],"description":"Absent: found out."},
        "delimiter":{"enum":[",",";","|","\t","tab"],"description":"Of CSV. Absent: found out."},
        "dates":{"enum":["dmy","mdy"],"description":"Absent: told by each column."},
        "decimal":{"enum":["point","comma"],"description":"Absent: told by each column."},
        "map":{"type":["object","null"],"description":"As a map file has it."},
        "mode":{"enum":["create","update","upsert"],"default":"upsert"},
        "policies":{"type":"object",
          "additionalProperties":{"enum":["always","if_empty","never"]}},
        "match":{"type":"array","items":{"enum":["domain","name"]}},
        "create_missing":{"type":"boolean","default":false},
        "dry_run":{"type":"boolean","default":false,
          "description":"Done when this is answered; leaves no import."}},
      "required":["collection"],
      "additionalProperties":false})"},
    {"ImportExplanation", R"({
      "type":"object",
      "properties":{
        "collection":{"type":"string"},
        "file_name":{"type":"string"},
        "ready":{"type":"boolean","description":"Would the import begin?"},
        "format":{"enum":["csv","jsonl","vcard"]},
        "encoding":{"type":"string"},
        "delimiter":{"type":["string","null"]},
        "rows":{"type":"integer"},
        "faulty_rows":{"type":"integer"},
        "vendor":{"type":["object","null"],
          "description":"The program that the header looks like, and the headers that say so."},
        "columns":{"type":"array","items":{
          "type":"object",
          "properties":{
            "header":{"type":"string"},
            "target":{"type":["string","null"],"description":"null: left out."},
            "rule":{"enum":["none","exact","alias","vendor","mapping","constant"]},
            "vendor":{"type":["string","null"]},
            "filled":{"type":"integer"},
            "samples":{"type":"array","items":{"type":"string"}},
            "dates":{"enum":["dmy","mdy",null]},
            "decimal":{"enum":["point","comma",null]},
            "problem":{"type":["string","null"]}},
          "required":["header","target","rule","vendor","filled","samples","dates","decimal",
            "problem"],
          "additionalProperties":false}},
        "missing":{"type":"array","items":{"type":"string"}},
        "lines":{"type":["object","null"],"description":"The same of the file of lines."},
        "mapping":{"type":"object","description":"What was found, as a map file has it."}},
      "required":["collection","file_name","ready","format","encoding","delimiter","rows",
        "faulty_rows","vendor","columns","missing","lines","mapping"],
      "additionalProperties":false})"},
    {"ImportUpload", R"({
      "type":"object",
      "properties":{"id":{"type":"string","format":"uuid"},"bytes":{"type":"integer"}},
      "required":["id","bytes"],
      "additionalProperties":false})"},
    {"ImportPiece", R"({
      "type":"object",
      "properties":{
        "offset":{"type":"integer","minimum":0,"description":"Bytes that were sent before."},
        "content":{"type":"string","description":"UTF-8 text."}},
      "required":["offset","content"],
      "additionalProperties":false})"},
    {"ImportError", R"({
      "type":"object",
      "properties":{
        "file":{"type":"string"},
        "row":{"type":"integer"},
        "column":{"type":"string"},
        "code":{"type":"string"},
        "detail":{"type":"string"}},
      "required":["row","column","code","detail"],
      "additionalProperties":false})"},
    {"Import", R"({
      "type":"object",
      "properties":{
        "id":{"type":["string","null"],"format":"uuid","description":"null: a dry run."},
        "collection":{"type":"string"},
        "file_name":{"type":"string"},
        "sha256":{"type":"string"},
        "mode":{"enum":["create","update","upsert","restore"]},
        "state":{"enum":["queued","running","done","stopped","undone"]},
        "reason":{"type":"string"},
        "created_at":{"type":"string","format":"date-time"},
        "updated_at":{"type":"string","format":"date-time"},
        "finished_at":{"type":["string","null"],"format":"date-time"},
        "undone_at":{"type":["string","null"],"format":"date-time"},
        "rows":{"type":"integer"},
        "created":{"type":"integer"},
        "updated":{"type":"integer"},
        "unchanged":{"type":"integer"},
        "skipped":{"type":"integer"},
        "failed":{"type":"integer"},
        "error_count":{"type":"integer"},
        "columns":{"type":"object"},
        "totals":{"type":"object","additionalProperties":{"type":"integer"}},
        "undo":{"anyOf":[{"$ref":"#/components/schemas/ImportUndo"},{"type":"null"}]},
        "errors":{"type":"array","items":{"$ref":"#/components/schemas/ImportError"},
          "description":"The first 200; the rest is in the error file."}},
      "required":["id","collection","file_name","sha256","mode","state","reason","created_at",
        "updated_at","finished_at","undone_at","rows","created","updated","unchanged","skipped",
        "failed","error_count","columns","totals","undo"],
      "additionalProperties":false})"},
    {"Imports", R"({
      "type":"object",
      "properties":{
        "data":{"type":"array","items":{"$ref":"#/components/schemas/Import"}},
        "has_more":{"type":"boolean"},
        "next_cursor":{"type":["string","null"]}},
      "required":["data","has_more","next_cursor"],
      "additionalProperties":false})"},
    {"ImportUndo", R"({
      "type":"object",
      "properties":{
        "id":{"type":"string","format":"uuid"},
        "collection":{"type":"string"},
        "removed":{"type":"integer"},
        "restored":{"type":"integer"},
        "gone":{"type":"integer","description":"Deleted by somebody since."},
        "left_count":{"type":"integer"},
        "left":{"type":"array","items":{
          "type":"object",
          "properties":{
            "collection":{"type":"string"},
            "id":{"type":"string","format":"uuid"},
            "title":{"type":"string"},
            "code":{"enum":["edited","referenced","refused"]},
            "reason":{"type":"string"}},
          "required":["collection","id","title","code","reason"],
          "additionalProperties":false}}},
      "required":["id","collection","removed","restored","gone","left_count","left"],
      "additionalProperties":false})"},
};

}  // namespace

std::span<const FixedSchema> import_schemas() { return k_schemas; }

}  // namespace kontor::api
