// The control socket: what a frame may be, and lines with descriptors over a real socket.
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <catch_amalgamated.hpp>
#include <thread>

#include "base/limits.h"
#include "control/channel.h"
#include "control/control_address.h"
#include "control/frames.h"
#include "support/scratch_dir.h"

namespace kontor::app {
namespace {

using Catch::Matchers::ContainsSubstring;
using test::ScratchDir;

constexpr std::int64_t k_patience_ms = 20'000;
constexpr std::size_t k_line = 1000;

struct Pair {
  explicit Pair(std::int64_t patience_ms = k_patience_ms) : Pair(ends(), patience_ms) {}
  ControlChannel near, far;

 private:
  static std::array<int, 2> ends() {
    std::array<int, 2> made{};
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, made.data()) == 0);
    return made;
  }
  Pair(std::array<int, 2> fds, std::int64_t patience_ms)
      : near(UniqueFd(fds[0]), patience_ms, false), far(UniqueFd(fds[1]), patience_ms, false) {}
};

TEST_CASE("a request comes through as it was made") {
  const Json arguments = parse_json(R"({"sql": "SELECT 'ü\n'", "timeout_ms": 5})").value();
  const auto read = parse_request(request_frame("sql", arguments, 2));
  REQUIRE(read.ok());
  CHECK(read->operation == "sql");
  CHECK(read->arguments == arguments);
  CHECK(read->files == 2);
  CHECK(request_frame("sql", arguments, 2).find('\n') == std::string::npos);
}

TEST_CASE("what is no request is malformed, one of another protocol is told apart") {
  for (const char* frame : {"", "{", "[1]", "null", R"({"kontor": 1})",
                            R"({"kontor": 1, "operation": "x", "arguments": 5, "files": 0})",
                            R"({"kontor": 1, "operation": "x", "arguments": {}, "files": -1})",
                            R"({"kontor": 1, "operation": "x", "arguments": {}, "files": "2"})"}) {
    INFO(frame);
    const auto read = parse_request(frame);
    REQUIRE_FALSE(read.ok());
    CHECK((read.error().code == Code::malformed || read.error().kind == "other_version"));
    CHECK_THAT(read.error().hint, ContainsSubstring("restart the server"));
  }
  const auto newer =
      parse_request(R"({"kontor": 2, "operation": "x", "arguments": {}, "files": 0})");
  REQUIRE_FALSE(newer.ok());
  CHECK(newer.error().code == Code::unsupported);
}

TEST_CASE("an error crosses the socket whole") {
  const Error error{.code = Code::disk_full,
                    .message = "No room.",
                    .kind = "full",
                    .fields = {{"/name", "required", "Must be \"there\"."}},
                    .hint = "make room"};
  const auto answer = parse_answer(error_frame(error));
  REQUIRE_FALSE(answer.ok());
  CHECK(answer.error().code == error.code);
  CHECK(answer.error().message == error.message);
  CHECK(answer.error().kind == error.kind);
  CHECK(answer.error().hint == error.hint);
  REQUIRE(answer.error().fields.size() == 1);
  CHECK(answer.error().fields[0].pointer == "/name");
  CHECK(answer.error().fields[0].detail == "Must be \"there\".");
}

TEST_CASE("progress and result are told apart") {
  const auto progress = parse_answer(progress_frame(R"({"rows":5})"));
  const auto result = parse_answer(result_frame(R"({"rows":9})"));
  REQUIRE((progress.ok() && result.ok()));
  CHECK(progress->is_progress);
  CHECK_FALSE(result->is_progress);
  CHECK(parse_json(result->json).value() == parse_json(R"({"rows": 9})").value());
  CHECK(parse_answer("{}").error().code == Code::malformed);
  CHECK(parse_answer("not json").error().code == Code::malformed);
}

TEST_CASE("lines come one by one, however they were cut") {
  Pair pair;
  REQUIRE(pair.near.send("first"));
  REQUIRE(pair.near.send("second"));
  CHECK(pair.far.receive(k_line) == "first");
  CHECK(pair.far.receive(k_line) == "second");
  const std::string large(300'000, 'x');
  std::thread sender([&] { CHECK(pair.near.send(large)); });
  CHECK(pair.far.receive(large.size()) == large);
  sender.join();
}

TEST_CASE("a line that does not end within its bound is given up") {
  Pair pair;
  std::thread sender([&] { (void)pair.near.send(std::string(200'000, 'x')); });
  CHECK_FALSE(pair.far.receive(k_line).has_value());
  CHECK(pair.far.receive(400'000).has_value());  // so that the sender gets on
  sender.join();
}

TEST_CASE("descriptors come with the first byte and are the same files") {
  Pair pair;
  std::array<int, 2> pipe_ends{};
  REQUIRE(::pipe(pipe_ends.data()) == 0);
  const UniqueFd reading(pipe_ends[0]), writing(pipe_ends[1]);
  REQUIRE(pair.near.send("with a file", std::array{writing.get()}));
  CHECK(pair.far.receive(k_line) == "with a file");
  const auto files = pair.far.take_descriptors();
  REQUIRE(files.size() == 1);
  REQUIRE(::write(files[0].get(), "k", 1) == 1);
  char byte = 0;
  REQUIRE(::read(reading.get(), &byte, 1) == 1);
  CHECK(byte == 'k');
  CHECK(pair.far.take_descriptors().empty());
  CHECK_FALSE(pair.near.send("too many", std::vector<int>(limits::control_descriptors + 1, 0)));
}

TEST_CASE("the end of the other side is seen, and so is its silence") {
  Pair pair;
  CHECK_FALSE(pair.far.is_gone());
  pair.near.end_input();
  CHECK(pair.far.is_gone());
  CHECK_FALSE(pair.far.receive(k_line).has_value());
  Pair silent(10);
  CHECK_FALSE(silent.far.receive(k_line).has_value());
  CHECK_FALSE(silent.far.is_gone());
}

TEST_CASE("the kernel says who is at the other end") {
  const Pair pair;
  CHECK(pair.near.peer_user() == ::geteuid());
}

TEST_CASE("the socket of a directory is reached at any length of path") {
  const ScratchDir dir;
  for (const std::size_t length : {1U, 150U}) {
    const auto data = dir.path() / std::string(length, 'd');
    std::filesystem::create_directory(data);
    CHECK_FALSE(connect_to_control(data));
    const auto listening = listen_for_control(data);
    REQUIRE(listening.ok());
    CHECK(connect_to_control(data));
    CHECK((std::filesystem::status(data / k_control_socket).permissions() &
           std::filesystem::perms::all) ==
          (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
  }
  CHECK(listen_for_control(dir.path() / "none").error().kind == "no_control_socket");
}

}  // namespace
}  // namespace kontor::app
