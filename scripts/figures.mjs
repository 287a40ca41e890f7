// Writes the table of a run into README.md: `brim bench --json >run.json; node scripts/figures.mjs run.json`.
import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, totalmem } from "node:os";
import { figuresSchema, rowsOf, tableOf } from "../dist/bench/figures.js";

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error("usage: node scripts/figures.mjs RUN.json");
const figures = figuresSchema.parse(JSON.parse(readFileSync(file, "utf8")));
const readme = new URL("../README.md", import.meta.url);
const gigabytes = Math.round(totalmem() / 2 ** 30);
const machine = `${cpus()[0]?.model}, ${availableParallelism()} cores, ${gigabytes} GB, Node ${process.versions.node}`;
const block = [`Taken by \`brim bench --json\` on: ${machine}.`, "", ...tableOf(rowsOf(figures))].join("\n");
const text = readFileSync(readme, "utf8");
const marked = /(<!-- figures -->\n)[\s\S]*?(\n<!-- end of figures -->)/;
if (!marked.test(text)) throw new Error("README.md has no place for figures");
writeFileSync(
  readme,
  text.replace(marked, (_, begin, end) => begin + block + end),
);
