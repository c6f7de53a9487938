// urql: fetchExchange with variables and fragments, a mutation, persistedExchange by POST and GET.
import assert from "node:assert/strict";
import { test } from "node:test";
import { cacheExchange, Client, fetchExchange } from "@urql/core";
import { persistedExchange } from "@urql/exchange-persisted";
import { createCustomer, customersPage, nameless, organization } from "./documents.js";
import { recorder, url } from "./server.js";

function connect(preferGetMethod, ...exchanges) {
  const { exchanges: recorded, fetch } = recorder();
  const client = new Client({ url, fetch, preferGetMethod, exchanges: [cacheExchange, ...exchanges, fetchExchange] });
  return { client, exchanges: recorded };
}

for (const preferGetMethod of [false, "force"]) {
  test(`a query with variables and fragments ${preferGetMethod ? "by GET" : "by POST"}`, async () => {
    const { client, exchanges } = connect(preferGetMethod);
    const first = await client.query(customersPage, { first: 2 }).toPromise();
    assert.equal(first.error, undefined);
    const second = await client.query(customersPage, { first: 2, after: first.data.customers.pageInfo.endCursor }).toPromise();
    assert.equal(second.error, undefined);
    const ids = [first, second].flatMap(({ data }) => data.customers.edges.map((edge) => edge.node.id));
    assert.equal(new Set(ids).size, 4);
    assert.equal(exchanges[0].method, preferGetMethod ? "GET" : "POST");
  });
}

test("a mutation, and the userErrors of one that is refused", async () => {
  const { client } = connect(false);
  const made = await client.mutation(createCustomer, { input: organization }).toPromise();
  assert.equal(made.error, undefined);
  assert.equal(made.data.customerCreate.customer.name, organization.name);
  const refused = await client.mutation(createCustomer, { input: nameless }).toPromise();
  assert.equal(refused.error, undefined);
  assert.deepEqual(refused.data.customerCreate.userErrors[0].path, ["input", "name"]);
});

test("an error has its code", async () => {
  const { client } = connect(false);
  const { error } = await client.query("query TooMany { customers(first: 1001) { nodes { id } } }", {}).toPromise();
  assert.equal(error.graphQLErrors[0].extensions.code, "BAD_USER_INPUT");
});

for (const preferGetForPersistedQueries of [false, true]) {
  const way = preferGetForPersistedQueries ? "GET" : "POST";
  test(`automatic persisted queries by ${way}`, async () => {
    const query = `query UrqlPersistedBy${way}($first: Int!) { customers(first: $first) { nodes { id name } } }`;
    const { client, exchanges } = connect(false, persistedExchange({ preferGetForPersistedQueries }));
    for (const first of [1, 2]) {
      const { data, error } = await client.query(query, { first }).toPromise();
      assert.equal(error, undefined);
      assert.equal(data.customers.nodes.length, first);
    }
    assert.equal(exchanges.length, 3);
    assert.equal(exchanges[0].method, way);
    assert.equal(exchanges[0].received.errors[0].extensions.code, "PERSISTED_QUERY_NOT_FOUND");
    assert.equal(exchanges[2].sent.query, undefined);
  });
}
