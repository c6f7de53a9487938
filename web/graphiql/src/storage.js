// What GraphiQL keeps in the browser between visits: tabs, history and layout, never the headers pane.

// Where GraphiQL stores headers inside JSON.
const KEYS_WITH_HEADERS = new Set(["graphiql:tabState", "graphiql:queries", "graphiql:favorites"]);

/**
 * A local storage without headers. GraphiQL's own setting keeps them out of its tabs, but its history stores them
 * with each query that was run, and a token typed into the headers pane would stay on disk.
 */
export const storageWithoutHeaders = {
  get length() {
    return localStorage.length;
  },
  getItem: (key) => localStorage.getItem(key),
  setItem: (key, value) => localStorage.setItem(key, KEYS_WITH_HEADERS.has(key) ? withoutHeaders(value) : value),
  removeItem: (key) => localStorage.removeItem(key),
  clear: () => localStorage.clear(),
};

function withoutHeaders(text) {
  return JSON.stringify(JSON.parse(text, (key, value) => (key === "headers" ? null : value)));
}
