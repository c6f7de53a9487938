// For autocannon, where wrk is not installed: the same as load.lua. Arguments: url, connections, seconds, file of bodies, token or "".
import { readFileSync } from "node:fs";
import autocannon from "autocannon";

const MARK = "77777";
const [url, connections, seconds, file, token] = process.argv.slice(2);
const bodies = readFileSync(file, "utf8").trim().split("\n");
const headers = { "content-type": "application/json", accept: "application/json", ...(token && { authorization: `Bearer ${token}` }) };
const marked = bodies[0].includes(MARK);
let place = Math.floor(Math.random() * bodies.length);

function next(request) {
  place = (place + 1) % bodies.length;
  const body = marked ? bodies[place].replace(MARK, String(10000 + Math.floor(Math.random() * 90000))) : bodies[place];
  return { ...request, body };
}

const found = await autocannon({
  url, connections: Number(connections), duration: Number(seconds), requests: [{ method: "POST", headers, setupRequest: next }],
});
console.log(JSON.stringify({
  requests: found.requests.total, seconds: found.duration, bytes: found.throughput.total, failed: found.errors + found.non2xx,
  p50: found.latency.p50 / 1e3, p99: found.latency.p99 / 1e3, most: found.latency.max / 1e3,
}));
