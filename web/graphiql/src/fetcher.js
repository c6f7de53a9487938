// How GraphiQL talks to the server: queries and mutations over HTTP, subscriptions over graphql-transport-ws.

import { createGraphiQLFetcher } from "@graphiql/toolkit";

/**
 * Make the function by which GraphiQL sends operations. What the headers pane holds goes along as HTTP headers, and
 * as connectionParams when a subscription opens its socket.
 */
export function createFetcher({ endpoint, subscriptionEndpoint }) {
  return createGraphiQLFetcher({
    url: endpoint,
    subscriptionUrl: subscriptionEndpoint,
    fetch: fetchSafely,
    enableIncrementalDelivery: false,
  });
}

// A page of another site can make the browser send our cookie, but not this header: without it the server ignores the cookie.
const PREFLIGHT = { "X-Guanxi-Preflight": "1" };

async function fetchSafely(url, init) {
  const response = await fetch(url, { ...init, credentials: "same-origin", headers: { ...init.headers, ...PREFLIGHT } });
  return isJson(response) ? response : describe(response);
}

function isJson(response) {
  return /^application\/([\w.-]+\+)?json\b/.test(response.headers.get("content-type") ?? "");
}

// A proxy answers in HTML when the server behind it is down: say so, instead of showing a parser's complaint.
async function describe(response) {
  const body = (await response.text()).slice(0, 500);
  const message = `The server answered ${response.status} ${response.statusText}`.trim() + ", and not in JSON.";
  return Response.json({ errors: [{ message, extensions: { status: response.status, body } }] });
}
