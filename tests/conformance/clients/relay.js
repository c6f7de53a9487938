// relay-runtime with what relay-compiler made: pages joined in the store, a fragment fetched again by node(id).
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";
import relay from "relay-runtime";
import { headers, url } from "./server.js";

const { createOperationDescriptor, Environment, fetchQuery, getSingularSelector, Network, RecordSource, Store } = relay;
const require = createRequire(import.meta.url);
const [list, page, pages, one, again] = ["CustomersQuery", "Customers_list", "CustomersPaginationQuery", "Customers_one", "CustomersOneQuery"]
  .map((name) => require(`../build/relay/${name}.graphql.js`));

async function send({ text }, variables) {
  const response = await fetch(url, {
    method: "POST",
    headers: { ...headers, "content-type": "application/json" },
    body: JSON.stringify({ query: text, variables }),
  });
  return response.json();
}

async function open(query, variables) {
  const environment = new Environment({ network: Network.create(send), store: new Store(new RecordSource()) });
  const operation = createOperationDescriptor(query, variables);
  environment.retain(operation);
  await fetchQuery(environment, query, variables).toPromise();
  return { environment, root: environment.lookup(operation.fragment).data };
}

function read(environment, fragment, reference) {
  return environment.lookup(getSingularSelector(fragment, reference)).data;
}

test("pages are joined into one connection", async () => {
  const { environment, root } = await open(list, { count: 2 });
  let { customers } = read(environment, page, root);
  assert.equal(customers.edges.length, 2);
  for (let number = 1; customers.pageInfo.hasNextPage; number += 1) {
    assert.ok(number < 20, "the cursor leads nowhere");
    await fetchQuery(environment, pages, { count: 2, cursor: customers.pageInfo.endCursor }).toPromise();
    ({ customers } = read(environment, page, root));
  }
  assert.equal(customers.edges.length, customers.totalCount);
  assert.equal(new Set(customers.edges.map((edge) => edge.node.__id)).size, customers.totalCount);
});

test("a fragment is fetched again by node(id)", async () => {
  const { environment, root } = await open(list, { count: 20 });
  const nodes = read(environment, page, root).customers.edges.map((edge) => read(environment, one, edge.node));
  const tied = nodes.find((node) => node.relationships.edges.length > 0);
  environment.commitUpdate((store) => store.get(tied.id).setValue("changed here", "name"));
  const { root: fetched, environment: fresh } = await open(again, { id: tied.id });
  assert.deepEqual(read(fresh, one, fetched.node), tied);
  assert.equal(tied.relationships.edges[0].other.name.length > 0, true);
});
