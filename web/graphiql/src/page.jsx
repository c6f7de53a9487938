// The page as one component: GraphiQL with its explorer, our name in place of its logo, and a hint for who is not signed in.

import { explorerPlugin } from "@graphiql/plugin-explorer";
import { HISTORY_PLUGIN } from "@graphiql/plugin-history";
import { GraphiQL } from "graphiql";
import { createFetcher } from "./fetcher.js";
import { storageWithoutHeaders } from "./storage.js";

const plugins = [HISTORY_PLUGIN, explorerPlugin()];

export function Page({ config }) {
  return (
    <GraphiQL
      fetcher={createFetcher(config)}
      defaultTabs={config.defaultTabs}
      plugins={plugins}
      shouldPersistHeaders={false}
      storage={storageWithoutHeaders}
    >
      <GraphiQL.Logo>
        <span className="guanxi-name">关系 Guanxi</span>
      </GraphiQL.Logo>
      {config.signedIn ? null : (
        <GraphiQL.Footer>
          <SignInHint />
        </GraphiQL.Footer>
      )}
    </GraphiQL>
  );
}

function SignInHint() {
  return (
    <p className="guanxi-notice" role="status">
      You are not signed in. Open the sign-in link that <code>guanxi serve</code> printed, or put{" "}
      <code>{'{"Authorization": "Bearer YOUR_TOKEN"}'}</code> into the Headers pane.
      <br />
      <span lang="zh">尚未登录：请打开 guanxi serve 显示的登录链接，或在 Headers 栏填入令牌。</span>
    </p>
  );
}
