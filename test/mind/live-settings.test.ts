import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { wordingOf } from "../../src/attention/wording/index.ts";
import { configSchema } from "../../src/base/config.ts";
import { Settings } from "../../src/base/settings.ts";
import { settingKeys } from "../../src/companion/api.ts";
import { LiveSettings } from "../../src/mind/live-settings.ts";

const folders: string[] = [];

function settings(folder = mkdtempSync(join(tmpdir(), "brim-live-"))) {
  folders.push(folder);
  const said: string[] = [];
  const held: Record<string, unknown>[] = [];
  const kept = new Settings(folder);
  kept.load();
  const live = new LiveSettings({
    settings: kept,
    config: configSchema.parse({ state_dir: folder }),
    simulated: false,
    wording: wordingOf("en"),
    apply: (values) => held.push({ ...values }),
    say: (text) => said.push(text),
  });
  return { live, said, held, folder };
}

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

describe("a setting that is changed on a phone", () => {
  test("holds at once, is heard in the new manner, and is kept over a restart", async () => {
    const { live, said, held, folder } = settings();
    await live.change("words_per_minute", 300);
    expect(held.at(-1)).toMatchObject({ words_per_minute: 300 });
    expect(said).toEqual([wordingOf("en").phone.rate(300)]);
    expect(settings(folder).live.get("words_per_minute")).toMatchObject({ value: 300, default: 220 });
  });

  test("that needs a restart says so, and shows what holds until then", async () => {
    const { live, said } = settings();
    await live.change("language", "es");
    expect(live.get("language")).toMatchObject({ value: "es", now: "en", restart: true });
    expect(said).toEqual([wordingOf("en").phone.restart]);
  });

  test("that does not fit is refused and changes nothing", async () => {
    const { live, held } = settings();
    for (const [key, value] of [
      ["words_per_minute", 900],
      ["verbosity", "loud"],
      ["helper_may", ["everything"]],
      ["send_names", "yes"],
    ] as const) {
      await expect(live.change(key, value)).rejects.toThrow(`${key}: expected`);
    }
    expect(held).toEqual([]);
  });

  test("is as configured again when it is reset, and all at once with one sentence", async () => {
    const { live, said } = settings();
    await live.change("words_per_minute", 300);
    await live.change("picture", "never");
    said.length = 0;
    await live.reset(settingKeys);
    expect(live.values).toMatchObject({ words_per_minute: 220, picture: "ask" });
    expect(said).toHaveLength(1);
  });
});
