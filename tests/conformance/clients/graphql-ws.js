// graphql-ws: a run watched until it has ended, queries and mutations over the same socket, errors, credentials, close codes.
import assert from "node:assert/strict";
import { test } from "node:test";
import { CloseCode, createClient } from "graphql-ws";
import WebSocket from "ws";
import { createCustomer, customersPage, nameless, startRun, watchJob } from "./documents.js";
import { headers, url } from "./server.js";

const address = url.replace(/^http/, "ws");

// A socket for the time of `use`.
async function connected(use, options = {}) {
  const client = createClient({ url: address, webSocketImpl: WebSocket, connectionParams: headers, retryAttempts: 0, ...options });
  try {
    return await use(client);
  } finally {
    await client.dispose();
  }
}

async function all(client, query, variables) {
  const results = [];
  for await (const result of client.iterate({ query, variables })) results.push(result);
  return results;
}

test("a run is watched from its start to its end", () =>
  connected(async (client) => {
    const [started] = await all(client, startRun, { key: "graphql-ws" });
    assert.deepEqual(started.data.graphMetricsRunStart.userErrors, []);
    const { id } = started.data.graphMetricsRunStart.run;
    const results = await all(client, watchJob, { id });
    const states = results.map(({ data }) => data.jobUpdated.status);
    assert.ok(results.every(({ data, errors }) => data.jobUpdated.id === id && !errors));
    assert.ok(["SUCCEEDED", "FAILED"].includes(states.at(-1)), states.join());
    assert.ok(states.slice(0, -1).every((state) => state === "QUEUED" || state === "RUNNING"), states.join());
  }));

test("queries and mutations share the socket", () => {
  let opened = 0;
  return connected(
    async (client) => {
      const answers = await Promise.all([all(client, customersPage, { first: 3 }), all(client, createCustomer, { input: nameless })]);
      assert.equal(answers[0][0].data.customers.edges.length, 3);
      assert.equal(answers[1][0].data.customerCreate.userErrors.length, 1);
      assert.equal(opened, 1);
    },
    { on: { connected: () => (opened += 1) } },
  );
});

test("a document that does not fit the schema is an error with a code, and the socket stays", () =>
  connected(async (client) => {
    await assert.rejects(all(client, "subscription { noSuchField }"), (errors) => {
      assert.equal(errors[0].extensions.code, "GRAPHQL_VALIDATION_FAILED");
      return true;
    });
    assert.equal((await all(client, "{ __typename }"))[0].data.__typename, "Query");
  }));

test("a subscription that is left ends, and its socket with it", () =>
  connected(
    async (client) => {
      const published = client.iterate({ query: "subscription { analysisRunPublished { id } }" });
      const waiting = published.next();
      assert.equal((await all(client, "{ __typename }"))[0].data.__typename, "Query");
      await published.return();
      assert.equal((await waiting).done, true);
    },
    { lazyCloseTimeout: 0 },
  ));

test("the header of the handshake is as good as the first message", () => {
  class WithHeader extends WebSocket {
    constructor(where, protocols) {
      super(where, protocols, { headers });
    }
  }
  return connected(async (client) => assert.equal((await all(client, "{ __typename }"))[0].data.__typename, "Query"), {
    webSocketImpl: WithHeader,
    connectionParams: undefined,
  });
});

for (const [name, connectionParams, code] of [
  ["without credentials", undefined, CloseCode.Unauthorized],
  ["with a wrong token", { Authorization: "Bearer wrong" }, CloseCode.Forbidden],
]) {
  test(`${name} the socket is closed`, () =>
    connected((client) => assert.rejects(all(client, "{ __typename }"), { code }), { connectionParams }));
}

test("keep-alive pings are answered", () => {
  const seen = new Promise((resolve) => {
    void connected(async (client) => {
      const published = client.iterate({ query: "subscription { analysisRunPublished { id } }" });
      const waiting = published.next();
      await new Promise((later) => setTimeout(later, 500));
      await published.return();
      await waiting;
    }, { keepAlive: 50, on: { pong: (received) => received && resolve("answered") } });
  });
  return seen.then((word) => assert.equal(word, "answered"));
});
