#include "api/batch.h"

#include "api/problem.h"
#include "api/replies.h"
#include "api/request_steps.h"
#include "api/site.h"
#include "api/url.h"
#include "base/json_writer.h"
#include "base/limits.h"

namespace kontor::api {
namespace {

struct Operation {
  std::string_view method, path, if_match;
  const Json* body = nullptr;  // nullptr: none
};

struct Input {
  bool atomic = true;
  std::vector<Operation> operations;
};

class Faults {
 public:
  void add(std::string pointer, std::string code, std::string detail) {
    errors_.push_back(
        {.pointer = std::move(pointer), .code = std::move(code), .detail = std::move(detail)});
  }
  Result<void> verdict() {
    if (errors_.empty()) return {};
    Error error{
        .code = Code::invalid, .message = errors_.front().detail, .kind = "validation_failed"};
    error.fields = std::move(errors_);
    return error;
  }

 private:
  std::vector<FieldError> errors_;
};

std::string_view text_of(const JsonMember& member, const std::string& pointer, Faults& faults) {
  const std::string* text = member.second.string();
  if (text == nullptr) faults.add(pointer, "wrong_type", "Must be a string.");
  return text != nullptr ? std::string_view(*text) : std::string_view();
}

Operation read_operation(const Json& json, const std::string& at, Faults& faults) {
  Operation operation;
  if (json.object() == nullptr) {
    faults.add(at, "wrong_type", "Must be an object with method, path and body.");
    return operation;
  }
  for (const JsonMember& member : *json.object()) {
    const std::string pointer = at + "/" + pointer_step(member.first);
    if (member.first == "method") {
      operation.method = text_of(member, pointer, faults);
    } else if (member.first == "path") {
      operation.path = text_of(member, pointer, faults);
    } else if (member.first == "if_match") {
      operation.if_match = text_of(member, pointer, faults);
    } else if (member.first == "body") {
      operation.body = &member.second;
    } else {
      faults.add(pointer, "unknown_field", "There is no such field.");
    }
  }
  if (json.find("method") == nullptr)
    faults.add(at + "/method", "required", "The method is missing.");
  if (json.find("path") == nullptr) faults.add(at + "/path", "required", "The path is missing.");
  return operation;
}

void read_operations(const Json& json, Input& input, Faults& faults) {
  const JsonArray* array = json.array();
  if (array == nullptr) return faults.add("/operations", "wrong_type", "Must be an array.");
  if (array->empty() || array->size() > limits::batch_operations)
    return faults.add("/operations", "out_of_range",
                      "1 to " + std::to_string(limits::batch_operations) + " operations.");
  for (std::size_t i = 0; i < array->size(); ++i)
    input.operations.push_back(
        read_operation((*array)[i], "/operations/" + std::to_string(i), faults));
}

Result<Input> read_input(const Json& body) {
  Input input;
  Faults faults;
  for (const JsonMember& member : *body.object()) {
    if (member.first == "operations") {
      read_operations(member.second, input, faults);
    } else if (member.first == "atomic") {
      if (member.second.boolean() == nullptr)
        faults.add("/atomic", "wrong_type", "Must be true or false.");
      if (member.second.boolean() != nullptr) input.atomic = *member.second.boolean();
    } else {
      faults.add("/" + pointer_step(member.first), "unknown_field", "There is no such field.");
    }
  }
  if (body.find("operations") == nullptr)
    faults.add("/operations", "required", "The operations are missing.");
  TRY(faults.verdict());
  return input;
}

Error not_an_operation(const Operation& operation) {
  return {.code = Code::not_found,
          .message = "A batch has no operation " + std::string(operation.method) + " " +
                     std::string(operation.path) + ": it takes the writes of the collections.",
          .kind = "not_found"};
}

Result<http::Response> run_operation(const Site& site, store::WriteTx& tx, const Call& batch,
                                     const Operation& operation) {
  auto target = split_target(operation.path);
  if (!target)
    return Error{.code = Code::malformed, .message = "The path is not properly encoded."};
  RouteTable::Found found = site.routes.find(operation.method, target->path);
  const bool is_write = found.route != nullptr && found.route->is_write();
  if (!is_write || found.route == batch.route) return not_an_operation(operation);
  const Call call = TRY(prepare_operation(
      site, *found.route, std::move(found.params), batch, target->path, std::move(target->query),
      operation.body != nullptr ? *operation.body : Json(), operation.if_match));
  return std::get<WriteHandler>(found.route->handler)(site, tx, call);
}

// Where in the batch the operation's own pointers lie.
Error located(Error error, std::size_t index) {
  const std::string at = "/operations/" + std::to_string(index);
  for (FieldError& field : error.fields)
    field.pointer = at + (field.pointer.starts_with("?") ? "/path" : "/body") + field.pointer;
  if (error.fields.empty())
    error.fields.push_back(
        {.pointer = at, .code = std::string(code_of(error)), .detail = error.message});
  return error;
}

void write_result(JsonWriter& out, int status, std::string_view body) {
  out.begin_object().key("status").integer(status).key("body");
  body.empty() ? out.null() : out.raw(body);
  out.end_object();
}

}  // namespace

Result<http::Response> run_batch(const Site& site, store::WriteTx& tx, const Call& call) {
  const Input input = TRY(read_input(call.body));
  std::string text;
  JsonWriter out(text);
  out.begin_object().key("results").begin_array();
  for (std::size_t i = 0; i < input.operations.size(); ++i) {
    http::Response response;
    const Result<void> ran = tx.nested([&]() -> Result<void> {
      response = TRY(run_operation(site, tx, call, input.operations[i]));
      return {};
    });
    if (ran.ok()) {
      write_result(out, response.status, response.body);
    } else if (input.atomic) {
      return located(ran.error(), i);
    } else {
      write_result(out, status_of(ran.error().code),
                   problem_json(ran.error(), call.context.request_id));
    }
  }
  out.end_array().end_object();
  return json_reply(200, std::move(text));
}

}  // namespace kontor::api
