// PostGraphile 5 on our tables, set up as its documentation advises for production: the Amber preset, short names, no GraphiQL, no
// WebSockets, no explaining. Only the tables that the queries read are in its schema, so that the others cost it neither memory nor time;
// it plans an operation once and keeps the plan, and sends prepared statements, as it does by itself. Its page of a customer's
// relationships reads the same table of ends that ours does, by the same index in the same order.
import { createServer } from "node:http";
import { PgSimplifyInflectionPreset } from "@graphile/simplify-inflection";
import { postgraphile } from "postgraphile";
import { makePgService } from "postgraphile/adaptors/pg";
import { grafserv } from "postgraphile/grafserv/node";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";
import { pgSmartTags } from "postgraphile/utils";

const SHOWN = new Set(["customers", "relationships", "relationship_ends"]);
const OnlyWhatIsRead = pgSmartTags({
  kind: "class",
  match: (table) => table.getNamespace()?.nspname === "public" && !SHOWN.has(table.relname),
  tags: { behavior: "-*" },
});

const preset = {
  extends: [PostGraphileAmberPreset, PgSimplifyInflectionPreset],
  plugins: [OnlyWhatIsRead],
  pgServices: [makePgService({ connectionString: process.env.DATABASE_URL, schemas: ["public"] })],
  grafast: { explain: false },
  grafserv: { port: Number(process.env.PORT), graphqlPath: "/graphql", graphiql: false, websockets: false, watch: false },
};

const instance = postgraphile(preset);
const server = createServer();
await instance.createServ(grafserv).addTo(server);
server.listen(Number(process.env.PORT), "127.0.0.1");
process.on("SIGTERM", () => process.exit(0));
