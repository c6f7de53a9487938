// Builds into a temporary folder and compares it with what is committed, file by file: exits 1 when they differ.

import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const committed = fileURLToPath(new URL("../../../server/graphiql", import.meta.url));
const fresh = mkdtempSync(join(tmpdir(), "guanxi-graphiql-"));

try {
  await build({ configFile: fileURLToPath(new URL("../vite.config.js", import.meta.url)), logLevel: "warn", build: { outDir: fresh } });
  report(digests(committed), digests(fresh));
} finally {
  rmSync(fresh, { recursive: true });
}

function digests(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name));
  return new Map(paths.map((path) => [path.slice(folder.length + 1), createHash("sha256").update(readFileSync(path)).digest("hex")]));
}

function report(before, after) {
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  const different = names.filter((name) => before.get(name) !== after.get(name));
  for (const name of different) console.error(`differs: ${name}`);
  if (different.length) {
    console.error("server/graphiql is not what `npm run build` makes: build and commit it");
    process.exitCode = 1;
  } else {
    console.log(`server/graphiql: ${names.length} files, each as built`);
  }
}
