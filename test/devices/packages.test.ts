import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

const root = new URL("../../", import.meta.url).pathname;

describe("the installed hat", () => {
  const wanted = /^packages="(.*)"$/m.exec(readFileSync(`${root}scripts/install`, "utf8"))?.[1]?.split(" ");

  test("has each program that a driver would otherwise ask the wearer to install, a USB camera's too", () => {
    const asked = readdirSync(`${root}src/devices`, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .flatMap((file) => [
        ...readFileSync(`${root}src/devices/${file}`, "utf8").matchAll(/apt install ([a-z0-9-]+)/g),
      ])
      .map(([, name]) => name);
    expect(asked).toContain("ffmpeg");
    expect(asked).toContain("alsa-utils");
    for (const name of asked) expect(wanted, name).toContain(name);
  });
});
