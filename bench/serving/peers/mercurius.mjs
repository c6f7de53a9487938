// mercurius with graphql-jit, tuned by hand: prepared statements, one a level, that read what is asked for; no objects of dates are made
// on the way; a loader fetches the relationships of all customers of a page at once, with the names at their far ends.
import Fastify from "fastify";
import mercurius from "mercurius";
import pg from "pg";

const TIMESTAMPTZ = 1184;
pg.types.setTypeParser(TIMESTAMPTZ, (text) => `${text.slice(0, 10)}T${text.slice(11)}:00`);
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, options: "-c timezone=UTC", idleTimeoutMillis: 0 });

const COLUMNS = `id, kind, name, revision, created_at AS "createdAt", updated_at AS "updatedAt", legal_name AS "legalName",
  registration_number AS "registrationNumber", industry, employee_count AS "employeeCount"`;
const ONE = { name: "one", text: `SELECT ${COLUMNS} FROM customers WHERE id = $1` };
const PAGE = { name: "page", text: `SELECT ${COLUMNS} FROM customers WHERE id > $1 ORDER BY id LIMIT $2` };
const UPDATE = { name: "update", text: `UPDATE customers SET employee_count = $2 WHERE id = $1 RETURNING ${COLUMNS}` };
const TIES = {
  name: "ties",
  text: `SELECT parents.id AS parent, r.weight, c.name FROM unnest($1::bigint[]) AS parents(id)
    CROSS JOIN LATERAL (SELECT relationship_id, other_id FROM relationship_ends WHERE customer_id = parents.id
                        ORDER BY relationship_id LIMIT $2) AS e
    JOIN relationships r ON r.id = e.relationship_id JOIN customers c ON c.id = e.other_id ORDER BY e.relationship_id`,
};

async function rows(statement, values) {
  return (await pool.query({ ...statement, values })).rows;
}

const schema = `
  type Customer {
    id: ID! kind: String! name: String! revision: Int! createdAt: String! updatedAt: String!
    legalName: String registrationNumber: String industry: String employeeCount: Int
    relationships(first: Int!): [Relationship!]!
  }
  type Relationship { weight: Float! other: Other! }
  type Other { name: String! }
  type Query { customer(id: ID!): Customer customers(first: Int!, after: ID): [Customer!]! }
  type Mutation { customerUpdate(id: ID!, employeeCount: Int!): Customer }
`;

const resolvers = {
  Query: {
    customer: async (_, { id }) => (await rows(ONE, [id]))[0],
    customers: (_, { first, after }) => rows(PAGE, [after ?? 0, first]),
  },
  Mutation: { customerUpdate: async (_, { id, employeeCount }) => (await rows(UPDATE, [id, employeeCount]))[0] },
};

const loaders = {
  Customer: {
    relationships: {
      loader: async (asked) => {
        const found = new Map(asked.map(({ obj }) => [obj.id, []]));
        for (const { parent, weight, name } of await rows(TIES, [[...found.keys()], asked[0].params.first])) {
          found.get(parent).push({ weight, other: { name } });
        }
        return asked.map(({ obj }) => found.get(obj.id));
      },
      opts: { cache: false },
    },
  },
};

const app = Fastify({ logger: false });
app.register(mercurius, { schema, resolvers, loaders, jit: 1, graphiql: false });
await app.listen({ port: Number(process.env.PORT), host: "127.0.0.1" });
process.on("SIGTERM", () => process.exit(0));
