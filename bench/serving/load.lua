-- For wrk: sends the bodies in a file (one a line) one after the other, from a place drawn by chance, and prints what came of it as JSON.
-- Where a body holds MARK, each request gets another number of five digits, so that every mutation changes something.
local MARK = "77777"
local requests, place, marked = {}, 0, false

function init(args)
  for line in io.lines(args[1]) do
    requests[#requests + 1] = wrk.format("POST", nil, nil, line)
  end
  math.randomseed(os.time())
  place = math.random(#requests)
  marked = requests[1]:find(MARK, 1, true) ~= nil
end

function request()
  place = place % #requests + 1
  if marked then
    return (requests[place]:gsub(MARK, math.random(10000, 99999)))
  end
  return requests[place]
end

function done(summary, latency)
  local e = summary.errors
  io.write(string.format('\n{"requests": %d, "seconds": %.6f, "bytes": %d, "failed": %d, "p50": %.6f, "p99": %.6f, "most": %.6f}\n',
    summary.requests, summary.duration / 1e6, summary.bytes, e.connect + e.read + e.write + e.status + e.timeout,
    latency:percentile(50) / 1e6, latency:percentile(99) / 1e6, latency.max / 1e6))
end
