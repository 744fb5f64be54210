// Bundles every script of src/ into one file each, with its styles, where the server finds them.
import { build } from "esbuild";
import { readdirSync } from "node:fs";

const entries = readdirSync("src").filter((name) => name.endsWith(".js"));

await build({
  entryPoints: entries.map((name) => `src/${name}`),
  outdir: "../src/renkei_kg/web/static/built",
  bundle: true,
  minify: true,
  format: "esm",
  target: ["es2020"],
  charset: "utf8",
  legalComments: "linked",
  loader: { ".png": "dataurl", ".svg": "dataurl" },
  logLevel: "warning",
});
