#!/usr/bin/env node
// What one `brim gateway` carries: hats that ask at once, each with pictures of its own, in front of an upstream that
// answers at once. Build first. usage: scripts/load-gateway.mjs [HATS] [QUESTIONS] [PICTURE_KB]
import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { WebSocket } from "ws";

const [hats = 200, questions = 10, kilobytes = 100] = process.argv.slice(2).map(Number);
const main = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
const digest = (text) => createHash("sha256").update(text).digest("hex");

const upstream = createServer((request, response) => {
  const pieces = [];
  request.on("data", (piece) => pieces.push(piece));
  request.on("end", () => {
    const { messages } = JSON.parse(Buffer.concat(pieces).toString());
    const url = messages.at(-1).content.find(({ type }) => type === "image_url").image_url.url;
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (const content of ["I saw ", digest(url), "."]) {
      response.write(`data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`);
    }
    response.end("data: [DONE]\n\n");
  });
});
await new Promise((resolve) => upstream.listen(0, "127.0.0.1", resolve));
const gateway = spawn(
  process.execPath,
  [
    main,
    "gateway",
    "--listen=127.0.0.1:0",
    "--per-minute=10000",
    "--active=10000",
    `--connections=${hats}`,
  ].concat(`--upstream=http://127.0.0.1:${upstream.address().port}`),
  { stdio: ["ignore", "pipe", "inherit"], env: { ...process.env, BRIM_LVLM_TOKEN: "load" } },
);
const [line] = await new Promise((resolve) =>
  createInterface({ input: gateway.stdout }).once("line", (...lines) => resolve(lines)),
);
const address = line.replace("gateway: ", "");

/** Resident memory of the gateway, in MB. */
async function resident() {
  const text = await (
    await fetch(address.replace("ws:", "http:").replace("/v1/realtime", "/metrics"))
  ).text();
  return Math.round(Number(/resident_memory_bytes (\d+)/.exec(text)[1]) / 1e6);
}

let crossed = 0;
let answered = 0;
const firstWords = [];
class Hat {
  constructor() {
    this.ws = new WebSocket(address, { headers: { authorization: "Bearer load" } });
    this.ready = new Promise((resolve, reject) => this.ws.once("open", resolve).once("error", reject));
  }

  ask() {
    const url = `data:image/jpeg;base64,${randomBytes(kilobytes * 750).toString("base64")}`;
    const begun = performance.now();
    let text = "";
    return new Promise((resolve) => {
      const take = (data) => {
        const event = JSON.parse(String(data));
        if (event.type === "response.output_text.delta") {
          if (text === "") firstWords.push(performance.now() - begun);
          text += event.delta;
        } else if (event.type === "response.done") {
          if (event.response.status === "completed") answered++;
          if (text !== `I saw ${digest(url)}.`) crossed++;
          this.ws.off("message", take);
          resolve();
        }
      };
      this.ws.on("message", take);
      const content = [{ type: "input_image", image_url: url }];
      const item = { type: "message", role: "user", content };
      this.ws.send(JSON.stringify({ type: "conversation.item.create", item }));
      this.ws.send(JSON.stringify({ type: "response.create" }));
    });
  }
}

const all = Array.from({ length: hats }, () => new Hat());
await Promise.all(all.map(({ ready }) => ready));
const residentMB = [await resident()];
const begun = performance.now();
for (let i = 0; i < questions; i++) {
  await Promise.all(all.map((hat) => hat.ask()));
  residentMB.push(await resident());
}
const seconds = (performance.now() - begun) / 1000;
const asked = hats * questions;
firstWords.sort((a, b) => a - b);
const at = (share) => Math.round(firstWords[Math.floor(share * (firstWords.length - 1))] ?? 0);
console.log(
  JSON.stringify({
    hats,
    asked,
    lost: asked - answered,
    crossed,
    pictureKB: kilobytes,
    answersPerSecond: Math.round(asked / seconds),
    firstWordMs: { p50: at(0.5), p99: at(0.99) },
    residentMB,
  }),
);
for (const { ws } of all) ws.terminate();
gateway.kill("SIGTERM");
upstream.closeAllConnections();
upstream.close();
process.exitCode = asked === answered && crossed === 0 ? 0 : 1;
