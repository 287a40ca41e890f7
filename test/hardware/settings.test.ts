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
