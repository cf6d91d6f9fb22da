-- Requests for wrk: one kind a run, chosen by the environment variable BENCH_KIND. Ids and bodies
-- come from the file that bench.py writes, one a line; each thread walks it from a place of its own.
local kind = os.getenv("BENCH_KIND")
local lines = {}
for line in io.lines(os.getenv("BENCH_INPUT")) do lines[#lines + 1] = line end

local threads = 0
function setup(thread)
  threads = threads + 1
  thread:set("number", threads)
end

local count = 0
function init(args)
  math.randomseed(number * 7919)
  count = math.random(#lines)
end

local json = { ["Content-Type"] = "application/json" }

function request()
  count = count + 1
  local line = lines[count % #lines + 1]
  if kind == "get" or kind == "list" or kind == "fixed" then
    return wrk.format("GET", line)
  elseif kind == "create" then
    local body = '{"name": "Bench ' .. number .. ' ' .. count .. '", "email": "bench' .. number .. '.' ..
        count .. '@example.com", "address": {"city": "Hue"}}'
    return wrk.format("POST", "/api/v1/customers", json, body)
  else
    return wrk.format("POST", "/api/v1/orders", json, line)
  end
end

function done(summary, latency)
  io.write(string.format("RESULT %d %d %d %d %d %d %d\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99), summary.errors.status,
    summary.errors.connect + summary.errors.read + summary.errors.write, summary.errors.timeout))
end
