#include "base/log.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <catch_amalgamated.hpp>
#include <csignal>
#include <thread>
#include <vector>

#include "base/json.h"
#include "base/log_redact.h"
#include "unit/base/fakes.h"

using namespace kontor;

namespace {

class TextSink final : public LogSink {
 public:
  void write(std::string_view line) override { text.append(line); }
  std::string text;
};

const FakeClock k_clock(1'795'238'627'007);

std::string logged(LogFormat format, std::string_view message, Logger::Fields fields) {
  TextSink sink;
  Logger(k_clock, sink, format, LogLevel::debug).info(message, fields);
  return sink.text;
}

}  // namespace

TEST_CASE("a JSON line carries time, level, message and typed fields") {
  const std::string line =
      logged(LogFormat::json, "request", {{"method", "GET"}, {"status", 200}, {"tls", true}});
  CHECK(line == R"({"time":"2026-11-21T05:23:47.007Z","level":"info","msg":"request",)"
                R"("method":"GET","status":200,"tls":true})"
                "\n");
}

TEST_CASE("a text line reads well and quotes what needs it") {
  CHECK(
      logged(LogFormat::text, "request",
             {{"path", "/api/v1/x"}, {"ms", -3}, {"ok", false}, {"note", "a b"}, {"e", ""}}) ==
      "2026-11-21T05:23:47.007Z info  request path=/api/v1/x ms=-3 ok=false note=\"a b\" e=\"\"\n");
}

TEST_CASE("no value can start a new line, fake a field or steer the terminal") {
  const std::string_view evil =
      "x\r\n2026 error fake admin=true \x1B[2J \xC2\x9B"
      "31m\xFF";
  for (const LogFormat format : {LogFormat::text, LogFormat::json}) {
    const std::string line = logged(format, evil, {{"path", evil}});
    CHECK(std::count(line.begin(), line.end(), '\n') == 1);
    CHECK(line.find('\r') == std::string::npos);
    CHECK(line.find('\x1B') == std::string::npos);
    CHECK(line.find("\"x\\r\\n2026 error") != std::string::npos);
  }
  CHECK(logged(LogFormat::text, evil, {{"path", evil}}).find("\xC2\x9B") == std::string::npos);
  const std::string json = logged(LogFormat::json, evil, {{"path", evil}});
  CHECK(parse_json(json).ok());
}

TEST_CASE("secrets never reach the log, whatever their type") {
  const auto key =
      GENERATE("authorization", "Cookie", "set_cookie", "password", "current_password", "token",
               "csrf_token", "client_secret", "totp", "api_key", "passphrase");
  for (const LogFormat format : {LogFormat::text, LogFormat::json}) {
    const std::string line = logged(format, "x", {{key, "hunter2"}, {key, 424242}});
    CAPTURE(line);
    CHECK(line.find("hunter2") == std::string::npos);
    CHECK(line.find("424242") == std::string::npos);
    CHECK(line.find("[redacted]") != std::string::npos);
  }
}

TEST_CASE("personal values leave a hint only") {
  const std::string line =
      logged(LogFormat::json, "x", {{.key = "email", .value = "an@example.com", .personal = true}});
  CHECK(line.find("\"a***@example.com\"") != std::string::npos);
  CHECK(mask_personal("+84912345678") == "***78");
  CHECK(mask_personal("Đức Nguyễn") == "Đ***");
  CHECK(mask_personal("") == "***");
  CHECK(mask_personal("\xFF") == "\xFF***");
}

TEST_CASE("the level can change while the program runs") {
  TextSink sink;
  Logger logger(k_clock, sink, LogFormat::text, LogLevel::warn);
  logger.info("quiet");
  logger.warn("loud");
  CHECK(sink.text.find("quiet") == std::string::npos);
  CHECK(sink.text.find("loud") != std::string::npos);
  logger.set_level(LogLevel::debug);
  logger.debug("now");
  CHECK(sink.text.find("now") != std::string::npos);
  logger.set_level(LogLevel::error);
  CHECK_FALSE(logger.enabled(LogLevel::warn));
}

TEST_CASE("format and level are chosen by name") {
  CHECK(choose_log_format("auto", true) == LogFormat::text);
  CHECK(choose_log_format("auto", false) == LogFormat::json);
  CHECK(choose_log_format("json", true) == LogFormat::json);
  CHECK(choose_log_format("text", false) == LogFormat::text);
  CHECK(parse_log_level("warn") == LogLevel::warn);
  CHECK_FALSE(parse_log_level("WARN"));
}

TEST_CASE("lines of many threads come out whole") {
  std::array<int, 2> ends{};
  REQUIRE(pipe(ends.data()) == 0);
  std::string received;
  std::thread reader([&] {
    std::array<char, 65536> buffer{};
    for (ssize_t got = 0; (got = read(ends[0], buffer.data(), buffer.size())) > 0;) {
      received.append(buffer.data(), static_cast<std::size_t>(got));
    }
  });
  {
    FdLogSink sink(ends[1]);
    const Logger logger(k_clock, sink, LogFormat::json, LogLevel::info);
    const std::string longer_than_a_pipe_takes(10'000, 'x');
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        for (int n = 0; n < 50; ++n) logger.info("event", {{"filler", longer_than_a_pipe_takes}});
      });
    }
  }
  close(ends[1]);
  reader.join();
  close(ends[0]);
  int lines = 0;
  for (std::size_t at = 0, end = 0; (end = received.find('\n', at)) != std::string::npos;
       at = end + 1, ++lines) {
    REQUIRE(parse_json(std::string_view(received).substr(at, end - at)).ok());
  }
  CHECK(lines == 200);
}

TEST_CASE("a reader that went away loses lines, not the process") {
  const auto before = std::signal(SIGPIPE, SIG_IGN);
  std::array<int, 2> ends{};
  REQUIRE(pipe(ends.data()) == 0);
  close(ends[0]);
  FdLogSink sink(ends[1]);
  Logger(k_clock, sink, LogFormat::json, LogLevel::info).info("nobody reads this");
  CHECK(sink.lost_lines() == 1);
  close(ends[1]);
  std::signal(SIGPIPE, before);
}

TEST_CASE("a full disk loses lines, not the process") {
  const int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
  if (full < 0) SKIP("there is no /dev/full here");
  FdLogSink sink(full);
  const Logger logger(k_clock, sink, LogFormat::json, LogLevel::info);
  logger.info("one");
  logger.info("two");
  CHECK(sink.lost_lines() == 2);
  close(full);
}
