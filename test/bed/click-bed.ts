/** One click of the button's line, with a person before the camera: the whole hat learns whom the wearer faces. */
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Memory as MemoryType } from "../../src/memory/memory.ts";
import { PlayedTfLuna } from "./chips/tf-luna.ts";
import { Hat } from "./hat.ts";
import { Pins } from "./pins.ts";
import { brimRoot } from "./places.ts";
import { Player, plugBus } from "./player.ts";
import { end, expect, sleep, test } from "./report.ts";

const { Memory }: { Memory: typeof MemoryType } = await import(join(brimRoot, "dist/memory/memory.js"));
const state = "/tmp/hat";
const programs = "/tmp/programs";

// The camera's own program is played: it gives the same frame twice a second, as the real one gives its frames.
mkdirSync(programs);
writeFileSync(
  `${programs}/rpicam-vid`,
  "#!/bin/sh\ntrap exit TERM\nwhile cat /out/person.yuv; do\n  sleep 0.5 &\n  wait\ndone\n",
);
chmodSync(`${programs}/rpicam-vid`, 0o755);
mkdirSync(state);
// A click in the introduction, which a new hat gives, is a step in it.
writeFileSync(`${state}/settings.json`, '{"tutorial":"heard"}');
writeFileSync(
  `${state}/brim.toml`,
  `state_dir = "${state}"
[buzzer]
driver = "onoff"
[button]
driver = "onoff"
[[range]]
driver = "tf-luna"
[camera]
driver = "rpicam"
fps = 2
[speech]
player = "silent"
[microphone]
driver = "simulated"
[power]
driver = "none"
[page]
port = 0
`,
);

const pins = new Pins();
const luna = new PlayedTfLuna();
plugBus([{ address: luna.address, wide: false }]);
new Player(luna);
pins.listen();
const hat = new Hat(`${state}/brim.toml`, `${programs}:${process.env.PATH}`);

async function click(): Promise<void> {
  pins.press(true);
  await sleep(80);
  pins.press(false);
}

await test("click: the hat starts with its guard on the real lines, and sees the person ahead", async () => {
  await hat.said(/^Brim on/);
  await hat.wait("the person", ({ event, objects }) => event === "seen" && objects.length > 0);
});

await test("click: one click of the button's line learns whom the wearer faces, and asks for the name", async () => {
  await hat.silence();
  const from = hat.events.length;
  const at = performance.now();
  await click();
  await hat.said(/^Face\. Hold still\.$/, from);
  expect(
    "no tick was heard",
    pins.edges.some((edge) => edge.on && edge.at > at),
  );
  await hat.said(/good views?\. Name after the tone\.$/, from);
  await hat.said(/^(.* )?Saved, new person one\. Click to undo\.$/, from);
});

await test("click: what was said to be saved is in the memory's file", async () => {
  const status = await hat.stop();
  expect(`the hat ended by ${status}`, status === 0);
  const memory = Memory.open(state, {});
  const [entry, ...others] = memory.list();
  memory.close();
  expect("another was learned, too", others.length === 0);
  expect(`learned is ${JSON.stringify(entry)}`, entry?.kind === "person" && entry.hasClip);
});

pins.silence();
end();
