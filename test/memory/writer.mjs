// Writes until it is killed: `node writer.mjs FOLDER FIRST-STEP`. Prints "open", then the number of steps that are done.
import { writeSync } from "node:fs";
import { Memory } from "../../dist/memory/memory.js";
import { after, clipOf, operation, views } from "./operations.mjs";

const [folder, first] = process.argv.slice(2);
const memory = Memory.open(folder);
writeSync(1, "open\n");
for (let step = Number(first); ; step++) {
  const act = operation(step, after(step));
  const id = memory.named("person", act.name)?.id;
  try {
    if (act.do === "remember") {
      const clip = act.clip ? clipOf(step) : null;
      memory.remember({ kind: "person", name: act.name, views: views(step, act.views), clip });
    } else if (act.do === "add") memory.addViews(id, views(step, 1));
    else if (act.do === "rename") memory.rename(id, act.to);
    else if (act.do === "clip") memory.setClip(id, clipOf(step));
    else memory.forget(id);
  } catch (error) {
    const known = memory.list().map(({ name }) => name);
    writeSync(1, `${JSON.stringify({ code: error.code, message: error.message, known })}\n`);
    process.exit(3);
  }
  writeSync(1, `${step + 1}\n`);
}
