// The audits of graphql-http for servers, as JSON lines: {id, name, status, reason}.
import { serverAudits } from "graphql-http";

const { GUANXI_URL: url, GUANXI_TOKEN: token } = process.env;

function fetchFn(address, options = {}) {
  return fetch(address, { ...options, headers: { ...options.headers, authorization: `Bearer ${token}` } });
}

for (const audit of serverAudits({ url, fetchFn })) {
  const { status, reason = null } = await audit.fn();
  console.log(JSON.stringify({ id: audit.id, name: audit.name, status, reason }));
}
