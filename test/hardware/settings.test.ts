import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { loadConfig } from "../../src/base/config.ts";

const path = (name: string) => new URL(`../../hardware/${name}`, import.meta.url).pathname;

describe("the hat as it is built", () => {
  test("begins with settings that Brim understands", () => {
    const { config, warnings } = loadConfig(path("brim.toml"), {});
    expect(warnings).toEqual([]);
    expect(config.range.map(({ driver }) => driver)).toEqual(["tf-luna", "vl53l1x"]);
  });

  test("has its wires where the settings look for them", () => {
    const { config } = loadConfig(path("brim.toml"), {});
    const readme = readFileSync(path("README.md"), "utf8");
    expect(readme).toContain(`| buzzer | ${config.buzzer.pin} (`);
    expect(readme).toContain(`| button | ${config.button.pin} (`);
    const boot = readFileSync(path("boot/config.txt"), "utf8");
    expect(boot).toContain(`gpio=${config.buzzer.pin}=op,dl`);
    expect(boot).toContain(`gpio=${config.button.pin}=ip,pu`);
  });
});

/** The pins of the header that a Pi has for the hat's signals, by Raspberry Pi's own numbers. */
const header: Record<number, number> = { 2: 3, 3: 5, 17: 11, 18: 12, 23: 16, 24: 18, 5: 29, 6: 31 };
const power: Record<string, number[]> = {
  "3.3 V": [1, 17],
  "5 V": [2, 4],
  ground: [6, 9, 14, 20, 25, 30, 34, 39],
};

describe("the drawing of the wires", () => {
  const drawing = readFileSync(path("wiring.svg"), "utf8");
  const pins = [...drawing.matchAll(/data-pin="(\d+)" data-signal="([^"]+)"(?: data-gpio="(\d+)")?/g)].map(
    ([, pin, signal = "", gpio]) => ({
      pin: Number(pin),
      signal,
      gpio: gpio === undefined ? null : Number(gpio),
    }),
  );

  test("has each GPIO on the pin where a Pi has it, and power where it is", () => {
    expect(pins.length).toBe(14);
    for (const { pin, signal, gpio } of pins) {
      if (gpio === null) expect(power[signal], signal).toContain(pin);
      else expect([gpio, pin]).toEqual([gpio, header[gpio]]);
    }
  });

  test("has the same pins as the table", () => {
    const readme = readFileSync(path("README.md"), "utf8");
    const table = readme.slice(readme.indexOf("| signal | GPIO (pin) |")).split("\n\n")[0] ?? "";
    const rows = table.split("\n").slice(2);
    const told = rows.flatMap((row) => {
      const [, names = "", where = ""] = row.split("|").map((cell) => cell.trim());
      const signals = names.split(", ");
      const places = [...where.matchAll(/(\d+|–) \(([\d, ]+)\)/g)];
      return places.flatMap(([, gpio, numbers = ""], i) =>
        numbers.split(", ").map((pin) => `${signals[i] ?? signals[0]} ${gpio === "–" ? null : gpio} ${pin}`),
      );
    });
    const drawn = pins.map(({ signal, gpio, pin }) => `${signal} ${gpio} ${pin}`);
    expect(drawn.toSorted()).toEqual(told.toSorted());
  });

  test("has buzzer and button where the settings look for them, and a wire from every pin that is named", () => {
    const { config } = loadConfig(path("brim.toml"), {});
    const gpioOf = (signal: string) => pins.find((pin) => pin.signal === signal)?.gpio;
    expect([gpioOf("buzzer"), gpioOf("button")]).toEqual([config.buzzer.pin, config.button.pin]);
    const wired = new Set([...drawing.matchAll(/data-from="(\d+)"/g)].map(([, pin]) => Number(pin)));
    expect([...wired].toSorted()).toEqual(pins.map(({ pin }) => pin).toSorted());
  });

  test("says in words what it shows, for who does not see it", () => {
    expect(drawing).toMatch(/<svg [^>]*role="img" aria-labelledby="title desc"/);
    const words = /<desc id="desc">([^<]*)</.exec(drawing)?.[1] ?? "";
    for (const { pin } of pins) expect(words, `pin ${pin}`).toMatch(new RegExp(`\\b${pin}\\b`));
  });
});
