/** The buzzer's and the button's lines, by both drivers, with a range finder that is not there. */
import { performance } from "node:perf_hooks";
import { Guard } from "./guard.ts";
import { Pins } from "./pins.ts";
import { end, expect, sleep, test, until } from "./report.ts";

const pins = new Pins();
const kernel = process.argv[2] ?? "";
console.log(`         on Linux ${kernel}, whose pins begin at ${pins.base}`);

function config(driver: string): string {
  return `[buzzer]\ndriver = "${driver}"\n[button]\ndriver = "${driver}"\n[[range]]\ndriver = "tf-luna"\n`;
}

async function click(): Promise<void> {
  pins.press(true);
  await sleep(120);
  pins.press(false);
}

for (const driver of ["onoff", "gpiod"]) {
  const name = `Linux ${kernel}, ${driver}`;
  pins.edges.splice(0);
  pins.listen();
  let guard: Guard | undefined;

  await test(`${name}: without its sensor the guard says on the buzzer's line that it is blind`, async () => {
    guard = await Guard.started(config(driver));
    await until("the blind sound", () => pins.longSince(0));
  });

  await test(`${name}: a click of the button's line ticks, and is a click on the guard's socket`, async () => {
    if (guard === undefined) throw new Error("there is no guard");
    const running = guard;
    await sleep(300);
    const from = pins.edges.length;
    await click();
    await until("the gesture", () => running.gestures().includes("click"));
    expect(
      "no tick was heard",
      pins.edges.slice(from).some(({ on }) => on),
    );
    await click();
    await sleep(120);
    await click();
    await until("the double click", () => running.gestures().includes("double"));
  });

  await test(`${name}: stopping is heard, and leaves the buzzer off`, async () => {
    const at = performance.now();
    await guard?.stop();
    expect(
      "the stopping sound was not heard",
      pins.edges.filter((edge) => edge.on && edge.at > at).length === 3,
    );
    expect("the buzzer is on", !pins.buzzing);
  });
  pins.silence();
  pins.free();
}

await test(`Linux ${kernel}: a pin that is in use is named`, async () => {
  const first = await Guard.started(config("gpiod"));
  const second = new Guard(config("gpiod"));
  await until("the second guard's end", () => second.child.exitCode !== null);
  expect(
    `it says: ${second.errors.join(" | ")}`,
    second.errors.some((line) => /GPIO 18 .* in use/.test(line)),
  );
  await first.stop();
});

end();
