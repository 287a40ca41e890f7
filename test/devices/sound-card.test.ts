import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { cardNamed, chooseCard, defaultDevice, soundCards } from "../../src/devices/sound-card.ts";
import { camera, hdmi, headset, jack, loudspeaker, plugIn } from "./sound-cards.ts";
import { folder } from "./speaker/programs.ts";

/** The cards that play to the wearer and listen to them, with these plugged in. */
function chosen(...cards: string[]) {
  const there = soundCards(plugIn(folder(), ...cards));
  return [chooseCard("playback", there)?.id, chooseCard("capture", there)?.id];
}

describe("the wearer who has configured no sound card", () => {
  test("hears and is heard through a headset on USB, though a Pi's first card is its jack or HDMI", () => {
    expect(chosen(jack, hdmi, headset)).toEqual(["Headset", "Headset"]);
    expect(chosen(hdmi, headset, jack)).toEqual(["Headset", "Headset"]);
  });

  test("hears by the jack where there is no card on USB, and never by HDMI", () => {
    expect(chosen(hdmi, jack)).toEqual(["Headphones", undefined]);
    expect(chosen(hdmi)).toEqual([undefined, undefined]);
    expect(chosen()).toEqual([undefined, undefined]);
  });

  test("is heard by the camera's microphone only where the headset has none", () => {
    expect(chosen(jack, camera, headset)).toEqual(["Headset", "Headset"]);
    expect(chosen(jack, camera)).toEqual(["Headphones", "Camera"]);
    expect(chosen(jack, camera, loudspeaker)).toEqual(["Speaker", "Camera"]);
  });

  test("has ALSA's default where the kernel tells of no cards, or what a card does is not told", () => {
    expect(soundCards("/nowhere")).toEqual([]);
    expect(defaultDevice("playback", {}, "/nowhere")).toBeUndefined();
    const asound = plugIn(folder(), headset);
    writeFileSync(join(asound, "pcm"), "");
    expect(defaultDevice("playback", {}, asound)).toBeUndefined();
  });

  test("has the card by its id, which stays when another is plugged in before it", () => {
    expect(defaultDevice("playback", {}, plugIn(folder(), jack, headset))).toBe("sysdefault:CARD=Headset");
    expect(defaultDevice("capture", {}, plugIn(folder(), headset, jack))).toBe("sysdefault:CARD=Headset");
  });

  test("is left to the sound server of the session", () => {
    const asound = plugIn(folder(), jack, headset);
    expect(defaultDevice("playback", { PULSE_SERVER: "somewhere" }, asound)).toBeUndefined();
    const runtime = folder();
    const env = { XDG_RUNTIME_DIR: runtime };
    expect(defaultDevice("playback", env, asound)).toBe("sysdefault:CARD=Headset");
    writeFileSync(join(runtime, "pipewire-0"), "");
    expect(defaultDevice("playback", env, asound)).toBeUndefined();
    expect(defaultDevice("capture", env, asound)).toBeUndefined();
  });
});

test("a card is known by its kernel's lines, also where a name has a colon or a dash", () => {
  const asound = folder();
  writeFileSync(
    join(asound, "cards"),
    " 0 [Odd            ]: USB-Audio - Odd - one: two\n                      At usb-1.3 [x]: no - card\n10 [HDMI           ]: HDA-Intel - HDA ATI HDMI\n",
  );
  writeFileSync(
    join(asound, "pcm"),
    "00-01: Odd : capture : playback 2\n10-03: HDMI 0 : HDMI 0 : playback 1\n",
  );
  expect(soundCards(asound)).toEqual([
    { number: 0, id: "Odd", name: "Odd - one: two", usb: true, hdmi: false, playback: [1], capture: [] },
    { number: 10, id: "HDMI", name: "HDA ATI HDMI", usb: false, hdmi: true, playback: [3], capture: [] },
  ]);
  expect(chooseCard("playback", soundCards(asound))).toBeNull();
});

test.each([
  ["hw:1", "1"],
  ["hw:1,0", "1"],
  ["plughw:Headset", "Headset"],
  ["plughw:Headset,0", "Headset"],
  ["sysdefault:CARD=Headset", "Headset"],
  ["hw:DEV=0,CARD=Headset", "Headset"],
  ["front:CARD=Headset,DEV=0", "Headset"],
  ["plug:'dmix:Headset'", "Headset"],
  ["plug:hw:2,1", "2"],
  ["hw:DEV=0", undefined],
  ["default", undefined],
  ["bluealsa:DEV=00:11:22:33:44:55", undefined],
  ["my-own", undefined],
])("the device %s is on the card %s", (device, card) => {
  expect(cardNamed(device)).toBe(card);
});
