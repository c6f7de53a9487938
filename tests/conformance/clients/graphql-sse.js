// graphql-sse in its distinct connections mode: a run watched until it has ended, queries and mutations, errors, credentials.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient, NetworkError } from "graphql-sse";
import { customersPage, startRun, watchJob } from "./documents.js";
import { headers, url } from "./server.js";

const client = createClient({ url, headers, retryAttempts: 0 });

async function all(query, variables, from = client) {
  const results = [];
  for await (const result of from.iterate({ query, variables })) results.push(result);
  return results;
}

test("a run is watched from its start to its end", async () => {
  const [started] = await all(startRun, { key: "graphql-sse" });
  assert.equal(started.errors, undefined, JSON.stringify(started.errors));
  assert.deepEqual(started.data.graphMetricsRunStart.userErrors, []);
  const { id } = started.data.graphMetricsRunStart.run;
  const states = (await all(watchJob, { id })).map(({ data }) => data.jobUpdated.status);
  assert.ok(["SUCCEEDED", "FAILED"].includes(states.at(-1)), states.join());
  assert.ok(states.slice(0, -1).every((state) => state === "QUEUED" || state === "RUNNING"), states.join());
});

test("a query is answered once", async () => {
  const results = await all(customersPage, { first: 3 });
  assert.equal(results.length, 1);
  assert.equal(results[0].data.customers.edges.length, 3);
});

test("a document that does not fit the schema is an answer with errors", async () => {
  const [result] = await all("subscription { noSuchField }");
  assert.equal(result.errors[0].extensions.code, "GRAPHQL_VALIDATION_FAILED");
});

test("a stream may be left", async () => {
  const published = client.iterate({ query: "subscription { analysisRunPublished { id } }" });
  const waiting = published.next();
  await published.return();
  assert.equal((await waiting).done, true);
});

test("a wrong token is refused before the stream", async () => {
  const stranger = createClient({ url, headers: { authorization: "Bearer wrong" }, retryAttempts: 0 });
  await assert.rejects(all("{ __typename }", undefined, stranger), (error) => {
    assert.ok(error instanceof NetworkError);
    assert.equal(error.response.status, 401);
    return true;
  });
});
