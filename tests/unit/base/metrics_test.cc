// Figures and their text.
#include "base/metrics.h"

#include <catch_amalgamated.hpp>
#include <string>
#include <thread>
#include <vector>

#include "base/metrics_text.h"
#include "base/process_figures.h"

namespace kontor {
namespace {

TEST_CASE("a duration counts in the first bucket whose bound it does not exceed", "[metrics]") {
  DurationHistogram histogram;
  histogram.observe(500);
  histogram.observe(501);
  histogram.observe(10'000'001);
  histogram.observe(-7);
  CHECK(histogram.count(0) == 2);
  CHECK(histogram.count(1) == 1);
  CHECK(histogram.count(DurationHistogram::k_bounds_us.size()) == 1);
  CHECK(histogram.sum_us() == 500 + 501 + 10'000'001);
}

TEST_CASE("nothing is lost when threads count at once", "[metrics]") {
  DurationHistogram histogram;
  Counter counter;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int turn = 0; turn < 5'000; ++turn) histogram.observe(turn), counter.add(2);
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::uint64_t seen = 0;
  for (std::size_t at = 0; at <= DurationHistogram::k_bounds_us.size(); ++at)
    seen += histogram.count(at);
  CHECK(seen == 20'000);
  CHECK(counter.value() == 40'000);
  CHECK(histogram.sum_us() == 4ULL * 5'000 * 4'999 / 2);
}

TEST_CASE("microseconds become seconds exactly", "[metrics]") {
  CHECK(seconds_text(0) == "0");
  CHECK(seconds_text(1) == "0.000001");
  CHECK(seconds_text(1'500) == "0.0015");
  CHECK(seconds_text(2'500'000) == "2.5");
  CHECK(seconds_text(60'000'000) == "60");
  CHECK(seconds_text(-1'500'000) == "-1.5");
  CHECK(seconds_text(9'007'199'254'740'993) == "9007199254.740993");
}

TEST_CASE("a family has its help and type once, and its samples below", "[metrics]") {
  std::string text;
  MetricsText out(text);
  out.counter("requests_total", "Requests\nanswered \\ refused.")
      .value(3, {{"route", "/a\"b\\c\nd"}, {"code", "200"}})
      .value(4);
  CHECK(text ==
        "# HELP requests_total Requests\\nanswered \\\\ refused.\n"
        "# TYPE requests_total counter\n"
        "requests_total{route=\"/a\\\"b\\\\c\\nd\",code=\"200\"} 3\n"
        "requests_total 4\n");
}

TEST_CASE("buckets of a histogram add up, and the last one is the count", "[metrics]") {
  DurationHistogram histogram;
  histogram.observe(400);
  histogram.observe(800);
  histogram.observe(20'000'000);
  std::string text;
  MetricsText(text).histogram("d_seconds", "Time.").durations(histogram, {{"op", "read"}});
  CHECK(text.find("d_seconds_bucket{op=\"read\",le=\"0.0005\"} 1\n") != std::string::npos);
  CHECK(text.find("d_seconds_bucket{op=\"read\",le=\"0.001\"} 2\n") != std::string::npos);
  CHECK(text.find("d_seconds_bucket{op=\"read\",le=\"10\"} 2\n") != std::string::npos);
  CHECK(text.find("d_seconds_bucket{op=\"read\",le=\"+Inf\"} 3\n") != std::string::npos);
  CHECK(text.find("d_seconds_sum{op=\"read\"} 20.0012\n") != std::string::npos);
  CHECK(text.find("d_seconds_count{op=\"read\"} 3\n") != std::string::npos);
}

TEST_CASE("a process knows its memory, files and threads", "[metrics]") {
  const ProcessFigures before = process_figures();
  CHECK(before.resident_bytes > 1'000'000);
  CHECK(before.virtual_bytes >= before.resident_bytes);
  CHECK(before.open_files >= 3);
  CHECK(before.open_files_max >= before.open_files);
  CHECK(before.threads >= 1);
  std::vector<std::thread> threads;
  std::atomic<bool> stop = false;
  threads.emplace_back([&] { stop.wait(false); });
  CHECK(process_figures().threads == before.threads + 1);
  stop = true;
  stop.notify_all();
  threads.front().join();
}

}  // namespace
}  // namespace kontor
