// Compiles only when the generated types say what the schema says.
import { GraphQLClient } from "graphql-request";
import { CreateCustomerDocument, CustomersPageDocument } from "../build/documents.js";

const client = new GraphQLClient("http://localhost/graphql");

export async function names(after: string | null): Promise<string[]> {
  const { customers } = await client.request(CustomersPageDocument, { first: 2, after });
  return customers?.edges.map((edge) => edge.node.name) ?? [];
}

export async function create(name: string): Promise<string | undefined> {
  const { customerCreate } = await client.request(CreateCustomerDocument, { input: { name, details: { person: {} } } });
  return customerCreate?.customer?.id;
}

export async function mistakes(): Promise<void> {
  // @ts-expect-error first is a whole number
  await client.request(CustomersPageDocument, { first: "2" });
  const { customers } = await client.request(CustomersPageDocument, { first: 2 });
  // @ts-expect-error a root field may be null
  customers.edges.length;
}
