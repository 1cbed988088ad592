-- One tools/call of echo, or one resources/read where BENCH_READ names a resource, the same bytes for every request of a run (wrk formats them once, before the load).
-- BENCH_ERA: 2025 (2025-06-18, stateless) or 2026 (2026-07-28). BENCH_KEY: the API key, empty for the baselines.
local era = os.getenv("BENCH_ERA")
local key = os.getenv("BENCH_KEY")

wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Accept"] = "application/json, text/event-stream"
if key ~= nil and key ~= "" then
  wrk.headers["Authorization"] = "Bearer " .. key
end

local read = os.getenv("BENCH_READ")
local meta = ',"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}'
local call = '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"message":"The quick brown fox jumps over the lazy dog."}'
if read ~= nil and read ~= "" then
  wrk.headers["MCP-Protocol-Version"] = "2026-07-28"
  wrk.headers["Mcp-Method"] = "resources/read"
  wrk.headers["Mcp-Name"] = read
  wrk.body = '{"jsonrpc":"2.0","id":1,"method":"resources/read","params":{"uri":"' .. read .. '"' .. meta
elseif era == "2026" then
  wrk.headers["MCP-Protocol-Version"] = "2026-07-28"
  wrk.headers["Mcp-Method"] = "tools/call"
  wrk.headers["Mcp-Name"] = "echo"
  wrk.body = call .. meta
else
  wrk.headers["MCP-Protocol-Version"] = "2025-06-18"
  wrk.body = call .. "}}"
end

-- One line of JSON for the runner. Times in microseconds; `status` counts answers above 399.
function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format(
    '\nBENCH {"requests":%d,"durationUs":%d,"p50Us":%d,"p90Us":%d,"p99Us":%d,"maxUs":%d,"connect":%d,"read":%d,"write":%d,"timeout":%d,"status":%d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(90), latency:percentile(99), latency.max,
    e.connect, e.read, e.write, e.timeout, e.status))
end
