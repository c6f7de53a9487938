// The settings that the server writes into the page: an attribute rather than an inline script, so that the
// content security policy can forbid inline scripts.

/**
 * Read the settings of the page.
 *
 * @param {HTMLElement} root the element whose `data-config` attribute holds JSON
 * @returns {{endpoint: string, subscriptionEndpoint: string, defaultTabs: object[] | undefined, signedIn: boolean}}
 *   both addresses are absolute; `defaultTabs` are GraphiQL's own (`query`, `variables`, `headers`, all text)
 * @throws {SyntaxError} when the attribute holds no JSON, because the server has not filled it in
 */
export function readConfig(root) {
  const { endpoint = "../graphql", subscriptionEndpoint = endpoint, defaultTabs, signedIn = true } = JSON.parse(root.dataset.config);
  return { endpoint: resolve(endpoint), subscriptionEndpoint: toSocket(resolve(subscriptionEndpoint)), defaultTabs, signedIn };
}

function resolve(address) {
  return new URL(address, document.baseURI).href;
}

function toSocket(address) {
  return address.replace(/^http/, "ws");
}
