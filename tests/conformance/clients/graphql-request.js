// graphql-request: a query with variables, a mutation's userErrors, errors with their code and status.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ClientError, GraphQLClient } from "graphql-request";
import { createCustomer, customersPage, nameless, organization } from "./documents.js";
import { headers, url } from "./server.js";

const client = new GraphQLClient(url, { headers });

test("a query with variables and fragments", async () => {
  const { customers } = await client.request(customersPage, { first: 3 });
  assert.equal(customers.edges.length, 3);
  assert.ok(customers.totalCount > 3);
});

test("a mutation, and the userErrors of one that is refused", async () => {
  const made = await client.request(createCustomer, { input: organization });
  assert.equal(made.customerCreate.customer.kind, "ORGANIZATION");
  const refused = await client.request(createCustomer, { input: nameless });
  assert.equal(refused.customerCreate.customer, null);
  assert.equal(refused.customerCreate.userErrors.length, 1);
});

test("a document that does not fit the schema is an error with a code", async () => {
  await assert.rejects(client.request("{ customers { noSuchField } }"), (error) => {
    assert.ok(error instanceof ClientError);
    assert.equal(error.response.errors[0].extensions.code, "GRAPHQL_VALIDATION_FAILED");
    return true;
  });
});
