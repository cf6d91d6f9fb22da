-- wrk: sends the requests of a file in random order, and says what came of it as one line of JSON.
--   BENCH_REQUESTS  lines of method, path and body between tabs
--   BENCH_HEADERS   lines "Name: value"
--   BENCH_SEED      a number, different in each run
--   BENCH_THINK_MS  each connection waits about this long before each request; absent: not at all
-- Fifteen @ in a request become fifteen letters and digits that never come again.
local fresh_mark = string.rep("@", 15)
local think_ms = tonumber(os.getenv("BENCH_THINK_MS") or "0")
if think_ms > 0 then
  function delay() return math.random(think_ms / 2, think_ms * 3 / 2) end
end

local threads = 0
function setup(thread)
  threads = threads + 1
  thread:set("thread_number", threads)
end

local function headers()
  local found = {}
  for line in io.lines(os.getenv("BENCH_HEADERS")) do
    local name, value = line:match("^([^:]+): (.*)$")
    found[name] = value
  end
  return found
end

-- What is the same each time is joined once: before, between and behind the marks.
local function split_at_marks(text)
  local pieces, from = {}, 1
  while true do
    local first, last = text:find(fresh_mark, from, true)
    if not first then
      pieces[#pieces + 1] = text:sub(from)
      return pieces
    end
    pieces[#pieces + 1] = text:sub(from, first - 1)
    from = last + 1
  end
end

local prepared, prefix, serial = {}, "", 0
function init(args)
  local seed = tonumber(os.getenv("BENCH_SEED"))
  math.randomseed(seed + thread_number * 7919)
  prefix = string.format("%07x%01x", seed % 0x10000000, thread_number % 16)
  for line in io.lines(os.getenv("BENCH_REQUESTS")) do
    local method, path, body = line:match("^([^\t]*)\t([^\t]*)\t(.*)$")
    local fields = headers()
    if body ~= "" then fields["Content-Type"] = "application/json" end
    prepared[#prepared + 1] = split_at_marks(wrk.format(method, path, fields, body ~= "" and body or nil))
  end
end

function request()
  local pieces = prepared[math.random(#prepared)]
  if #pieces == 1 then return pieces[1] end
  serial = serial + 1
  return table.concat(pieces, prefix .. string.format("%07x", serial))
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    'RESULT {"requests": %d, "duration_us": %d, "p50_us": %d, "p99_us": %d, "max_us": %d, ' ..
    '"refused": %d, "broken": %d, "timeouts": %d}\n', summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99), latency.max, errors.status,
    errors.connect + errors.read + errors.write, errors.timeout))
end
