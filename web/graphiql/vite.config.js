// Builds the page into the Python package. Every address is relative, so the page works under any path; nothing is
// inlined, so that the content security policy can stay narrow.

import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { copyExamples } from "./tools/examples.js";
import { collectNotices } from "./tools/notices.js";

const root = fileURLToPath(new URL(".", import.meta.url));
const notices = collectNotices(root);

export default defineConfig({
  root,
  base: "./",
  plugins: [copyExamples(root), notices.gather(), notices.write()],
  worker: { format: "es", plugins: () => [notices.gather()] },
  build: {
    outDir: fileURLToPath(new URL("../../server/graphiql", import.meta.url)),
    emptyOutDir: true,
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 4000,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    target: "es2022",
    rolldownOptions: { onLog: hideDirectives },
  },
});

// Libraries mark their modules "use client" for server rendering, which there is none of here.
function hideDirectives(level, log, report) {
  if (log.code !== "MODULE_LEVEL_DIRECTIVE") report(level, log);
}
