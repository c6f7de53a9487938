// Copies the example queries beside the page, where the server reads them as GraphiQL's default tabs.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export function copyExamples(root) {
  const folder = join(root, "examples");
  return {
    name: "guanxi-examples",
    apply: "build",
    generateBundle() {
      for (const name of readdirSync(folder).sort()) {
        this.emitFile({ type: "asset", fileName: `examples/${name}`, source: readFileSync(join(folder, name)) });
      }
    },
  };
}
