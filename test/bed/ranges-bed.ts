/** Range finders on the I2C bus, played, from their readings to the level of the buzzer's line. */
import { performance } from "node:perf_hooks";
import { PlayedTfLuna } from "./chips/tf-luna.ts";
import { PlayedVl53l0x } from "./chips/vl53l0x.ts";
import { PlayedVl53l1x } from "./chips/vl53l1x.ts";
import { Guard } from "./guard.ts";
import { Pins } from "./pins.ts";
import { Player, plugBus, unplugBus } from "./player.ts";
import { end, expect, sleep, test, until } from "./report.ts";

const kernel = process.argv[2] ?? "";
const pins = new Pins();
const kinds = [
  { driver: "vl53l1x", make: () => new PlayedVl53l1x() },
  { driver: "vl53l0x", make: () => new PlayedVl53l0x() },
  { driver: "tf-luna", make: () => new PlayedTfLuna() },
];

for (const { driver, make } of kinds) {
  const name = `Linux ${kernel}, ${driver}`;
  const chip = make();
  plugBus([{ address: chip.address, wide: chip.width === 2 }]);
  const player = new Player(chip);
  let guard: Guard | undefined;
  const state = () => guard?.status?.sensors[0];
  const good = () => state()?.state === "good";
  chip.scene.metres = 1.8;
  pins.listen();

  await test(`${name}: a wall that comes nearer is heard on the buzzer's line, faster as it is near`, async () => {
    guard = await Guard.started(`[[range]]\ndriver = "${driver}"\n`);
    await until(`good readings (${state()?.reason ?? guard.errors.at(-1)})`, good);
    expect(
      "the ready sound was not heard",
      pins.edges.some(({ on }) => on),
    );
    // Half a metre a second, down to what is dangerous.
    const from = performance.now();
    const walk = setInterval(() => {
      chip.scene.metres = Math.max(0.4, 1.8 - (0.5 * (performance.now() - from)) / 1000);
    }, 10);
    try {
      await until("beeps while it comes nearer", () => (guard?.status?.beepsPerSecond ?? 0) >= 5);
      const heard = performance.now();
      await until(
        "five beeps of the line",
        () => pins.edges.filter(({ on, at }) => on && at > heard).length >= 5,
      );
    } finally {
      clearInterval(walk);
    }
    // Away again: quiet, and the line is low.
    chip.scene.metres = 2.5;
    await until("quiet", () => guard?.status?.beepsPerSecond === 0 && !pins.buzzing);
  });

  await test(`${name}: three transfers that fail are told as no more than that, and readings go on`, async () => {
    player.set("nack", 3);
    await sleep(2_000);
    await until("good readings", good);
  });

  await test(`${name}: a stretched clock delays readings, not the guard`, async () => {
    player.set("stretch_ms", 120);
    const before = guard?.watcher?.messages.filter(({ type }) => type === "status").length ?? 0;
    await sleep(4_000);
    const after = guard?.watcher?.messages.filter(({ type }) => type === "status").length ?? 0;
    player.set("stretch_ms", 0);
    expect(`only ${after - before} messages in 4 s of stretched clock`, after - before >= 5);
    await until("good readings", good);
  });

  await test(`${name}: unplugged it is blind, by sound too; put back it warns again`, async () => {
    const at = performance.now();
    player.plug(false);
    await until("blindness", () => state()?.state === "blind");
    await until("the blind sound", () => pins.edges.some((edge) => edge.on && edge.at > at));
    player.plug(true);
    await until("good readings", good);
  });

  await test(`${name}: a frozen sensor is told by its own signal, though its distance may be true`, async () => {
    if (!("stuck" in chip)) return;
    chip.stuck = true;
    await until("blindness", () => state()?.state === "blind");
    chip.stuck = false;
    await until("good readings", good);
  });

  await guard?.stop().catch((error) => console.log(`         ${error}`));
  pins.silence();
  player.stop();
  unplugBus();
}
end();
