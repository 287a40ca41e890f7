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
  const statuses = () =>
    guard?.watcher?.messages.flatMap((message) => (message.type === "status" ? [message] : [])) ?? [];
  const good = () => state()?.state === "good";
  chip.scene.metres = 1.8;
  pins.listen();

  await test(`${name}: a wall that comes near is heard on the buzzer's line, more than four times a second`, async () => {
    guard = await Guard.started(`[[range]]\ndriver = "${driver}"\n`);
    await until("the first reading", () => state() !== undefined);
    await until(`good readings (${state()?.reason ?? guard.errors.at(-1)})`, good);
    // A register's number of one byte, by which others are asked who they are, is half of one here.
    if (chip.width === 2) expect("being asked who it is has changed its registers", chip.memory[0] === 0);
    // Half a metre a second, down to what is dangerous, again and again.
    const from = performance.now();
    const walk = setInterval(() => {
      const seconds = ((performance.now() - from) / 1000) % 5;
      chip.scene.metres = Math.max(0.4, 1.8 - 0.5 * seconds);
    }, 10);
    try {
      await until("four quick beeps", () => pins.rateSince(from) > 4);
    } finally {
      clearInterval(walk);
    }
    // Away again: quiet, and the line is low.
    chip.scene.metres = 2.5;
    await until("quiet", () => guard?.status?.beepsPerSecond === 0 && !pins.buzzing);
  });

  await test(`${name}: two transfers that fail are no blindness`, async () => {
    // A busy host may hold the machine up for longer than readings may be late; it does not do so each time.
    for (let tries = 1; ; tries++) {
      await until("good readings", good);
      const from = statuses().length;
      player.set("nack", 2);
      await sleep(2_000);
      const since = statuses().slice(from);
      expect(`${since.length} messages of the guard`, since.length >= 2);
      if (since.every(({ sensors }) => sensors[0]?.state === "good")) return;
      expect(`the guard was blind, ${tries} times`, tries < 3);
    }
  });

  await test(`${name}: a bus that fails for longer is said, and good again by itself`, async () => {
    const from = guard?.errors.length ?? 0;
    player.set("nack", 15);
    await until("that it is said", () => guard?.errors.slice(from).some((line) => /not answer/.test(line)));
    await until("blindness", () => state()?.state === "blind");
    await until("good readings", good);
  });

  await test(`${name}: a stretched clock delays readings, not the guard`, async () => {
    player.set("stretch_ms", 120);
    const before = statuses().length;
    await sleep(4_000);
    const after = statuses().length;
    player.set("stretch_ms", 0);
    expect(`only ${after - before} messages in 4 s of stretched clock`, after - before >= 5);
    await until("good readings", good);
  });

  await test(`${name}: unplugged it is blind, by sound too; put back it warns again`, async () => {
    const at = performance.now();
    player.plug(false);
    await until("blindness", () => state()?.state === "blind");
    await until("the blind sound", () => pins.longSince(at));
    player.plug(true);
    await until("good readings", good);
  });

  await test(`${name}: a frozen sensor is told by its own signal, though its distance may be true`, async () => {
    chip.scene.metres = 1.2;
    await until("the wall at 1.2 m", () => good() && Math.abs((guard?.status?.metres ?? 0) - 1.2) < 0.05);
    chip.stuck = true;
    await until("blindness", () => state()?.state === "blind");
    chip.stuck = false;
    await until("good readings", good);
  });

  await test(`${name}: stopped, the guard lets go of the bus and leaves the buzzer off`, async () => {
    await guard?.stop();
    expect("the buzzer is on", !pins.buzzing);
  });
  pins.silence();
  player.stop();
  unplugBus();
}
end();
