// Writes THIRD_PARTY_NOTICES.txt: every package whose code or style is in the bundle, with version, licence and the
// licence's text, and the fonts, which come inside style sheets and have no package of their own.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fonts } from "./fonts.js";

const FILE = "THIRD_PARTY_NOTICES.txt";
const RULE = "=".repeat(80);

/** Two plugins over one list: `gather` sees the modules of the page and of each worker, `write` writes the list. */
export function collectNotices(root) {
  const folders = new Set();
  return {
    gather: () => ({
      name: "guanxi-notices-gather",
      apply: "build",
      generateBundle() {
        for (const id of this.getModuleIds()) addPackage(folders, id);
      },
    }),
    write: () => ({
      name: "guanxi-notices-write",
      apply: "build",
      enforce: "post",
      generateBundle: {
        order: "post",
        handler() {
          this.emitFile({ type: "asset", fileName: FILE, source: render(root, distinct([...folders].map(readPackage))) });
        },
      },
    }),
  };
}

function addPackage(folders, moduleId) {
  const path = moduleId.replace(/^\0/, "").split("?")[0];
  if (!path.includes("/node_modules/")) return;
  let folder = dirname(path);
  while (!isPackage(folder)) folder = dirname(folder);
  folders.add(folder);
}

// Some packages carry small package.json files in subfolders that only state a module type.
function isPackage(folder) {
  const manifest = join(folder, "package.json");
  return existsSync(manifest) && "version" in JSON.parse(readFileSync(manifest, "utf8"));
}

function readPackage(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  if (!license) throw new Error(`${name} ${version} states no licence: find out before bundling it`);
  return { name, version, license, texts: licenceTexts(folder) };
}

function licenceTexts(folder) {
  return readdirSync(folder)
    .filter((file) => /^(licen[cs]e|copying|notice|thirdpartynotices)/i.test(file))
    .sort()
    .map((file) => readFileSync(join(folder, file), "utf8").replaceAll("\r\n", "\n").trim());
}

// npm installs one version more than once when ranges elsewhere in the tree disagree.
function distinct(packages) {
  return [...new Map(packages.map((found) => [`${found.name}@${found.version}`, found])).values()];
}

function render(root, packages) {
  const sorted = packages.sort((a, b) => compare(`${a.name}@${a.version}`, `${b.name}@${b.version}`));
  const summary = [...sorted, ...fonts].map(({ name, version, license }) => `  ${name} ${version}  ${license}`);
  const intro = `This folder is GraphiQL, bundled. It contains the following packages and fonts under their own licences.`;
  return [intro, "", ...summary, ...sorted.map(section), ...fonts.map((font) => section(withText(root, font)))].join("\n") + "\n";
}

function section({ name, version, license, texts }) {
  const body = texts.length ? texts.join("\n\n") : `Licence: ${license} (the package carries no licence text of its own).`;
  return `\n${RULE}\n${name} ${version}  ${license}\n${RULE}\n\n${body}`;
}

function withText(root, font) {
  return { ...font, texts: [font.notice, ...font.files.map((file) => readFileSync(join(root, file), "utf8").trim())] };
}

function compare(left, right) {
  return left < right ? -1 : Number(left > right);
}
