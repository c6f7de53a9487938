// Apollo Client: variables, fragments, pages merged in its cache, a mutation's userErrors, automatic persisted queries by POST and GET.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from "@apollo/client";
import { PersistedQueryLink } from "@apollo/client/link/persisted-queries";
import { relayStylePagination } from "@apollo/client/utilities";
import { filter, firstValueFrom } from "rxjs";
import { createCustomer, customersPage, nameless, organization } from "./documents.js";
import { recorder, url } from "./server.js";

const PAGE = gql(customersPage);

function connect(...links) {
  const { exchanges, fetch } = recorder();
  const cache = new InMemoryCache({
    possibleTypes: { CustomerDetails: ["PersonDetails", "OrganizationDetails"] },
    typePolicies: { Query: { fields: { customers: relayStylePagination(["where", "orderBy"]) } } },
  });
  const link = ApolloLink.from([...links, new HttpLink({ uri: url, fetch })]);
  return { client: new ApolloClient({ cache, link }), exchanges };
}

function persisted(options = {}) {
  return new PersistedQueryLink({ sha256: (text) => createHash("sha256").update(text).digest("hex"), ...options });
}

test("a query with variables and fragments", async () => {
  const { client } = connect();
  const { data, error } = await client.query({ query: PAGE, variables: { first: 2, where: { kind: { eq: "PERSON" } } } });
  assert.equal(error, undefined);
  assert.equal(data.customers.edges.length, 2);
  assert.equal(data.customers.edges[0].node.details.__typename, "PersonDetails");
  assert.match(data.customers.edges[0].node.createdAt, /^\d{4}-\d\d-\d\dT/);
});

test("pages by cursor are merged into one list", async () => {
  const { client } = connect();
  const watched = client.watchQuery({ query: PAGE, variables: { first: 2 } });
  const subscription = watched.subscribe({});
  let { data } = await firstValueFrom(watched.pipe(filter(({ dataState }) => dataState === "complete")));
  for (let page = 1; data.customers.pageInfo.hasNextPage; page += 1) {
    assert.ok(page < 20, "the cursor leads nowhere");
    await watched.fetchMore({ variables: { after: data.customers.pageInfo.endCursor } });
    data = client.readQuery({ query: PAGE, variables: { first: 2 } });
  }
  subscription.unsubscribe();
  const ids = data.customers.edges.map((edge) => edge.node.id);
  assert.equal(ids.length, data.customers.totalCount);
  assert.equal(new Set(ids).size, ids.length);
});

test("a mutation, and the userErrors of one that is refused", async () => {
  const { client } = connect();
  const made = await client.mutate({ mutation: gql(createCustomer), variables: { input: organization } });
  assert.deepEqual(made.data.customerCreate.userErrors, []);
  assert.equal(made.data.customerCreate.customer.kind, "ORGANIZATION");
  const refused = await client.mutate({ mutation: gql(createCustomer), variables: { input: nameless } });
  assert.equal(refused.data.customerCreate.customer, null);
  assert.deepEqual(refused.data.customerCreate.userErrors[0].path, ["input", "name"]);
});

for (const [way, options] of [["POST", {}], ["GET", { useGETForHashedQueries: true }]]) {
  test(`automatic persisted queries by ${way}`, async () => {
    const query = gql(`query PersistedBy${way}($first: Int!) { customers(first: $first) { nodes { id name } } }`);
    const { client, exchanges } = connect(persisted(options));
    for (const first of [1, 2]) {
      const { data } = await client.query({ query, variables: { first }, fetchPolicy: "no-cache" });
      assert.equal(data.customers.nodes.length, first);
    }
    const [unknown, told, known] = exchanges;
    assert.equal(exchanges.length, 3);
    assert.deepEqual([unknown.method, known.method], [way, way]);
    assert.equal(unknown.sent.query, undefined);
    assert.equal(unknown.received.errors[0].extensions.code, "PERSISTED_QUERY_NOT_FOUND");
    assert.ok(told.sent.query);
    assert.equal(known.sent.query, undefined);
    assert.equal(known.received.errors, undefined);
  });
}
