// Writes the tables of runs into README.md: `brim bench --json >run.json; node scripts/figures.mjs bench run.json`, or
// `test/peers/run >peers.md; node scripts/figures.mjs peers peers.md`.
import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, totalmem } from "node:os";
import { figuresSchema, rowsOf, tableOf } from "../dist/bench/figures.js";

const places = {
  bench: {
    marks: /(<!-- figures -->\n)[\s\S]*?(\n<!-- end of figures -->)/,
    command: "brim bench --json",
    table: (run) => tableOf(rowsOf(figuresSchema.parse(JSON.parse(run)))).join("\n"),
  },
  peers: {
    marks: /(<!-- peers -->\n)[\s\S]*?(\n<!-- end of peers -->)/,
    command: "test/peers/run",
    table: (run) => run.trim(),
  },
};

const [name, file] = process.argv.slice(2);
const place = places[name];
if (place === undefined || file === undefined)
  throw new Error("usage: node scripts/figures.mjs bench|peers FILE");
const table = place.table(readFileSync(file, "utf8"));
if (!table.startsWith("|")) throw new Error(`${file} holds no table`);
const gigabytes = Math.round(totalmem() / 2 ** 30);
const machine = `${cpus()[0]?.model}, ${availableParallelism()} cores, ${gigabytes} GB, Node ${process.versions.node}`;
const readme = new URL("../README.md", import.meta.url);
const text = readFileSync(readme, "utf8");
if (!place.marks.test(text)) throw new Error(`README.md has no place for ${name}`);
const block = `Taken by \`${place.command}\` on: ${machine}.\n\n${table}`;
writeFileSync(
  readme,
  text.replace(place.marks, (_, begin, end) => begin + block + end),
);
