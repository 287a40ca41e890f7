import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { FactThing } from "../../src/attention/facts.ts";
import { joined, type Name, withNames } from "../../src/attention/wording/names.ts";
import { sceneWordingOf } from "../../src/attention/wording/scene.ts";
import { systemClock } from "../../src/base/clock.ts";
import { configSchema } from "../../src/base/config.ts";
import { noLog } from "../../src/base/log.ts";
import { SceneClient } from "../../src/scene/client.ts";
import { Describer } from "../../src/scene/describer.ts";
import { endpointOf } from "../../src/scene/endpoint.ts";
import type { Question } from "../../src/scene/ports.ts";
import type { Utterance } from "../../src/voice/utterance.ts";
import { quickest } from "../quickest.ts";
import { SpeakingHat } from "../speaking-hat.ts";
import { failures } from "./failures.ts";
import { passing, ScriptedServer, until } from "./server.ts";

const ana: Name = { text: "Ana García", clip: null };
const ben: Name = { text: "Ben", clip: Buffer.from("his recording") };
const pills: Name = { text: "your insulin", clip: null };
const near = { kind: "near" } as const;
const things: FactThing[] = [
  { label: "person", hour: 1, distance: near, known: { id: "a", kind: "person", name: ana, sure: true } },
  { label: "person", hour: 11, distance: near, known: { id: "b", kind: "person", name: ben, sure: false } },
  { label: null, hour: 12, distance: near, known: { id: "p", kind: "thing", name: pills, sure: true } },
  { label: "chair", hour: 12, distance: { kind: "metres", metres: 1.5 }, known: null },
];
const own = joined([
  withNames([ana], ([name = ""]) => `${name}, 1 o'clock, near.`),
  withNames([], () => "Chair, 12 o'clock, one and a half metres."),
]);

/** A hat that asks a scripted server. */
class Hat extends SpeakingHat {
  readonly earcons: { name: string; at: number }[] = [];
  readonly heardParts: Utterance["parts"][] = [];
  pictures: (Buffer | null)[] = [];
  picture: Buffer | null = Buffer.from("JPEG of the street");
  seeing: "good" | "dark" = "good";
  written: Promise<readonly string[]> | readonly string[] = [];
  readonly describer: Describer;
  readonly client: SceneClient | null;

  constructor(url: string | null, { language = "en" as "en" | "es", send_names = false } = {}) {
    super();
    const { scene } = configSchema.parse({ scene: { send_names } });
    const endpoint = endpointOf(scene, url === null ? {} : { BRIM_LVLM_URL: url });
    this.client = endpoint && new SceneClient({ clock: this.clock, log: noLog, endpoint, language });
    this.describer = new Describer({
      clock: this.clock,
      log: noLog,
      language,
      scene,
      client: this.client,
      ports: {
        picture: async () => {
          this.pictures.push(this.picture);
          return this.picture;
        },
        facts: () => ({ seeing: this.seeing, level: "caution", range: 1.5, things }),
        around: () => (this.seeing === "good" ? own : withNames([], () => "Too dark to see.")),
        text: async () => this.written,
        people: () => [
          { id: "a", name: ana },
          { id: "b", name: ben },
          { id: "z", name: { text: "José Ortiz", clip: null } },
        ],
        say: (utterance) => {
          this.heardParts.push(utterance.parts);
          this.speech.say(utterance);
        },
        earcon: (name) => this.earcons.push({ name, at: this.clock.now() }),
      },
    });
  }

  press(): void {
    this.speech.hush();
    this.describer.hush();
  }
  release(): void {}

  /** Asks, and lets virtual time go by until the answer was heard. */
  async asks(question: Question, ms = 90_000): Promise<string> {
    let answered = "";
    void this.describer.ask(question).then((by) => {
      answered = by;
    });
    await passing(this.clock, ms, () => answered !== "");
    return answered;
  }
}

const describeIt: Question = { kind: "describe" };
const text = (words: string): Question => ({ kind: "text", text: words });
const wording = sceneWordingOf("en");

let server: ScriptedServer;
let hats: Hat[];
const hatOf = (...args: ConstructorParameters<typeof Hat>) => {
  const hat = new Hat(...args);
  hats.push(hat);
  return hat;
};
beforeEach(async () => {
  server = new ScriptedServer();
  hats = [];
  await server.start();
});
afterEach(async () => {
  for (const hat of hats) hat.describer.stop();
  await server.stop();
});

const sentText = (n = -1) =>
  server
    .all("conversation.item.create")
    .at(n)
    .item.content.map(({ text = "" }) => text)
    .join("");
const sent = () => Buffer.concat(server.bytes);

describe("a description", () => {
  test("is spoken sentence by sentence, with the hat's facts in the question", async () => {
    const hat = hatOf(server.url);
    server.script = (connection) => connection.answer("Person A is at 1 o'clock. ", "A chair, 12 o'clock.");
    expect(await hat.asks(describeIt)).toBe("lvlm");
    expect(hat.texts).toEqual(["Ana García is at 1 o'clock.", "A chair, 12 o'clock."]);
    expect(sentText()).toContain(
      "- person A, 1 o'clock, near\n- perhaps person B, 11 o'clock, near\n- thing A",
    );
    expect(sentText()).toContain("- chair, 12 o'clock, 1.5 metres away");
    expect(sentText()).toContain('the collision warning is at "caution"');
    expect(hat.earcons.map(({ name }) => name)).toEqual(["picture"]);
  });

  test("a recorded name is heard as its recording", async () => {
    const hat = hatOf(server.url);
    server.script = (connection) => connection.answer("The person B sits left of person A.");
    await hat.asks(describeIt);
    expect(hat.texts).toEqual(["Ben sits left of Ana García."]);
    expect(hat.heardParts[0]).toEqual([{ clip: ben.clip, text: "Ben" }, " sits left of Ana García."]);
  });

  test("however many sentences there are, none is lost on the way to the ear", async () => {
    const hat = hatOf(server.url);
    const sentences = Array.from({ length: 40 }, (_, i) => `Thing number ${i + 1} is red.`);
    server.script = (connection) => connection.answer(...sentences.map((sentence) => `${sentence} `));
    await hat.asks(describeIt);
    expect(hat.texts).toEqual(sentences);
  });

  test("what could be taken for leave to walk is replaced, whatever the model says", async () => {
    const hat = hatOf(server.url);
    server.script = (connection) =>
      connection.answer("A crossing, 12 o'clock. The road is", " clear. You can cross. A dog, left.");
    await hat.asks(describeIt);
    expect(hat.texts).toEqual(["A crossing, 12 o'clock.", wording.cannotJudge, "A dog, left."]);
  });

  test("'Can I cross?' has its fixed answer, and nobody is asked", async () => {
    const hat = hatOf(server.url);
    expect(await hat.asks(text("Can I cross?"))).toBe("fixed");
    expect(hat.texts).toEqual(["Crossing: I can't judge. Use your ears and cane."]);
    expect([server.opened, hat.pictures]).toEqual([0, []]);
  });

  test("a dark picture is told, and never described", async () => {
    const hat = hatOf(server.url);
    hat.seeing = "dark";
    expect(await hat.asks(describeIt)).toBe("offline");
    expect(hat.texts).toEqual(["Too dark to see."]);
    expect(server.opened).toBe(0);
  });

  test("in Spanish: the question's rules, the filter and the names", async () => {
    const hat = hatOf(server.url, { language: "es" });
    server.script = (connection) => connection.answer("La persona A está a la una. El camino está libre.");
    await hat.asks(describeIt);
    expect(hat.texts).toEqual(["Ana García está a la una.", "Eso no lo puedo juzgar."]);
    expect(server.last.events[0].session.instructions).toContain("in Spanish");
  });
});

describe("while an answer is waited for", () => {
  test("an earcon sounds after one second and every one and a half from then on, until the first word", async () => {
    const hat = hatOf(server.url);
    server.script = () => {};
    const begin = hat.clock.now();
    void hat.describer.ask(describeIt);
    await passing(hat.clock, 5_500);
    server.last.answer("A cup.");
    await passing(hat.clock, 4_000);
    const thinking = hat.earcons.filter(({ name }) => name === "thinking").map(({ at }) => at - begin);
    expect(thinking).toEqual([1_000, 2_500, 4_000, 5_500]);
    expect(hat.texts).toEqual(["A cup."]);
  });

  test("a press ends it: nothing is said, no earcon goes on, and the server is told", async () => {
    const hat = hatOf(server.url);
    server.script = () => {};
    void hat.describer.ask(describeIt);
    await passing(hat.clock, 3_000, () => server.all("response.create").length > 0);
    await passing(hat.clock, 1_200);
    hat.press();
    const count = hat.earcons.length;
    await passing(hat.clock, 5_000);
    await until(() => server.all("response.cancel").length === 1);
    expect([hat.texts, hat.earcons.length, hat.describer.busy]).toEqual([[], count, false]);
    server.script = (connection) => connection.answer("A cup.");
    expect(await hat.asks(describeIt)).toBe("lvlm");
  });

  test("a press in the middle of the answer hushes all the rest of it", async () => {
    const hat = hatOf(server.url);
    server.script = (connection) => {
      connection.created();
      for (let i = 1; i <= 9; i++) connection.delta(`Sentence ${i} of it. `);
    };
    void hat.describer.ask(describeIt);
    await passing(hat.clock, 4_000, () => hat.texts.length === 2);
    hat.press();
    await passing(hat.clock, 4_000);
    expect(hat.texts).toEqual(["Sentence 1 of it.", "Sentence 2 of it."]);
    await until(() => server.all("response.cancel").length === 1);
  });

  test("a new question ends the one before it", async () => {
    const hat = hatOf(server.url);
    server.script = () => {};
    const first = hat.describer.ask(text("First?"));
    await passing(hat.clock, 2_000, () => server.all("response.create").length > 0);
    server.script = (connection) => connection.answer("To the second.");
    expect(await hat.asks(text("Second?"))).toBe("lvlm");
    expect(await first).toBe("hushed");
    expect(hat.texts).toEqual(["To the second."]);
  });
});

describe("a conversation", () => {
  test("goes on for two minutes with a fresh picture each time, and the same person stays person A", async () => {
    const hat = hatOf(server.url);
    await hat.asks(describeIt);
    hat.picture = Buffer.from("another JPEG");
    await passing(hat.clock, 60_000);
    await hat.asks(text("And what is left of it?"));
    expect(server.connections).toHaveLength(1);
    const images = server.all("conversation.item.create").map(({ item }) => item.content[1].image_url);
    expect(new Set(images).size).toBe(2);
    await passing(hat.clock, 125_000);
    await hat.asks(describeIt);
    expect(server.connections).toHaveLength(2);
    expect(server.last.events.filter(({ type }) => type === "conversation.item.create")).toHaveLength(1);
  });

  test("an answer without a fresh picture says so", async () => {
    const hat = hatOf(server.url);
    await hat.asks(describeIt);
    hat.picture = null;
    server.script = (connection) => connection.answer("It is red. It has wheels.");
    await hat.asks(text("What colour is it?"));
    expect(hat.texts.slice(1)).toEqual(["Earlier picture: It is red.", "It has wheels."]);
    expect(server.all("conversation.item.create").at(-1).item.content).toHaveLength(1);
  });
});

describe("the hat's own view", () => {
  test("ends with what is written there, in quotes, and where to hear the rest of it", async () => {
    const hat = hatOf(null);
    hat.written = ["Platform 4"];
    await hat.asks(describeIt);
    expect(hat.texts.at(-1)).toBe('Text: "Platform 4".');
    hat.written = ["The way is clear.", "Mind the gap between the train and the platform."];
    await hat.asks(describeIt);
    expect(hat.texts.at(-1)).toBe('Text: "The way is clear. Mind the gap between". More: press three times.');
    hat.written = [];
    await hat.asks(describeIt);
    expect(hat.texts.at(-1)).toMatch(/^Offline\. Ana/);
  });

  test("is said at once, and waits no longer than six seconds for the text", async () => {
    const hat = hatOf(null);
    hat.written = new Promise(() => {});
    const begin = hat.clock.now();
    expect(await hat.asks(describeIt)).toBe("offline");
    expect((hat.said[0]?.at ?? 1e9) - begin).toBeLessThan(300);
    expect(hat.clock.now() - begin).toBeLessThan(8_000);
  });
});

describe("what leaves the hat", () => {
  test("nothing at all where no server is set up, whatever is asked", async () => {
    const hat = hatOf(null);
    expect(await hat.asks(describeIt)).toBe("offline");
    expect(hat.texts).toEqual([
      "Offline. Ana García, 1 o'clock, near. Chair, 12 o'clock, one and a half metres.",
    ]);
    await hat.asks(text("Who is there?"));
    await hat.asks({ kind: "sound", sound: Buffer.alloc(3_200), rate: 16_000 });
    expect(hat.texts.at(-1)).toMatch(/^Spoken questions need a connection\. Offline\. Ana/);
    expect([server.opened, hat.pictures]).toEqual([0, []]);
  });

  test("nothing before the wearer asks, and then one picture a question", async () => {
    const hat = hatOf(server.url);
    await passing(hat.clock, 30_000);
    expect([server.opened, server.bytes]).toEqual([0, []]);
    await hat.asks(describeIt);
    await passing(hat.clock, 20_000);
    const images = server.all("conversation.item.create").flatMap(({ item }) => item.content.slice(1));
    expect(images).toHaveLength(1);
    expect(hat.pictures).toHaveLength(1);
  });

  test("no name is in the bytes, neither of those in view nor of those asked about", async () => {
    const hat = hatOf(server.url);
    // What goes out is masked with a key that goes along (RFC 6455); the server's events are the bytes unmasked.
    server.script = (connection) => connection.answer("Person A and person B. ", "Person C is not there.");
    await hat.asks(text("Is ana here, or Jose, or BEN? Where is García's bag? And José Ortiz?"));
    await hat.asks(text("And Ana García?"));
    const all = JSON.stringify(server.connections.map(({ events }) => events)) + sent().toString("latin1");
    for (const name of ["ana", "garc", "ben", "jos", "ortiz", "insulin"]) {
      expect(all.toLowerCase().replace(/[a-z0-9+/=]{60,}/g, "")).not.toMatch(new RegExp(`(?<![a-z])${name}`));
    }
    expect(sentText(0)).toMatch(
      /Is person A here, or person C, or person B\? Where is person A's bag\? And person C\?$/,
    );
    expect(hat.texts.slice(0, 2)).toEqual(["Ana García and Ben.", "José Ortiz is not there."]);
  });

  test("names do where the wearer wants it", async () => {
    const hat = hatOf(server.url, { send_names: true });
    await hat.asks(text("Is Ana there?"));
    expect(sentText()).toMatch(/Ana García, 1 o'clock.*your insulin.*Is Ana there\?$/s);
  });

  test("a spoken question goes as sound of 24,000 samples a second; who cannot hear it is told of", async () => {
    const hat = hatOf(server.url);
    await hat.asks({ kind: "sound", sound: Buffer.alloc(32_000), rate: 16_000 });
    const { content } = server.all("conversation.item.create").at(-1).item;
    expect(Buffer.from(content[2].audio, "base64")).toHaveLength(48_000);
    server.script = (connection) =>
      connection.send({ type: "error", error: { code: "input_audio_not_supported" } });
    await hat.asks({ kind: "sound", sound: Buffer.alloc(32_000), rate: 16_000 });
    expect(hat.texts.at(-1)).toMatch(
      /^Spoken questions are not understood\. Type them on the phone\. Offline\. Ana/,
    );
  });
});

describe("when the answer fails", () => {
  test("why is said, and the hat's own view after it", async () => {
    const hat = hatOf(server.url);
    server.script = () => {};
    const begin = hat.clock.now();
    expect(await hat.asks(describeIt)).toBe("offline");
    expect(hat.texts).toEqual([
      "No answer in time. Offline. Ana García, 1 o'clock, near. Chair, 12 o'clock, one and a half metres.",
    ]);
    expect((hat.said[0]?.at ?? 0) - begin).toBeLessThan(8_300);
    expect(hat.earcons.at(-1)?.name).toBe("error");
    server.script = (connection) => connection.answer("A cup.");
    expect(await hat.asks(describeIt)).toBe("lvlm");
  });

  test.each(failures)(
    "$name is told in words, in time, and the next question is answered",
    async (failure) => {
      const { script, why, within, partly = false } = failure;
      const hat = hatOf(server.url);
      server.script = script;
      const begin = hat.clock.now();
      await hat.asks(describeIt, 200_000);
      const told = hat.said.find(({ text }) =>
        partly
          ? text === wording.cutOff || text === wording.failed.tooMuch
          : text.startsWith(wording.failed[why]),
      );
      expect(told).toBeDefined();
      // What a server says without end is heard to where it was stopped.
      if (!partly) expect((told?.at ?? 0) - begin).toBeLessThan(within + 300);
      server.script = (connection) => connection.answer("A cup.");
      expect(await hat.asks(describeIt)).toBe("lvlm");
      expect(hat.texts.at(-1)).toBe("A cup.");
    },
  );

  test("after its beginning, the hat says that the rest will not come", async () => {
    const hat = hatOf(server.url);
    server.script = (connection) => {
      connection.delta("A man, left. And a");
      setTimeout(() => connection.ws.terminate(), 5);
    };
    await hat.asks(describeIt);
    expect(hat.texts).toEqual(["A man, left.", "Answer cut off."]);
  });

  test("every reason has its words, in every language, of at most twelve and with no promise in them", () => {
    for (const language of ["en", "es"] as const) {
      const { failed, text: quoted, ...others } = sceneWordingOf(language);
      for (const sentence of [...Object.values(failed), ...Object.values(others), quoted("Exit", true)]) {
        expect(sentence.split(" ").length).toBeLessThanOrEqual(12);
      }
    }
  });
});

test("the first word reaches speech within 150 ms of the last delta of its sentence", async () => {
  let sent = 0;
  let said = 0;
  const { scene } = configSchema.parse({});
  const endpoint = endpointOf(scene, { BRIM_LVLM_URL: server.url });
  if (endpoint === null) throw new Error("no endpoint");
  const client = new SceneClient({ clock: systemClock, log: noLog, endpoint, language: "en" });
  const describer = new Describer({
    clock: systemClock,
    log: noLog,
    language: "en",
    scene,
    client,
    ports: {
      picture: async () => Buffer.alloc(200_000, 7),
      facts: () => ({ seeing: "good", level: "quiet", range: null, things }),
      around: () => own,
      text: async () => null,
      people: () => [],
      say: (utterance) => {
        said ||= performance.now();
        utterance.onEnd?.("finished");
      },
      earcon: () => {},
    },
  });
  const toSpeech = async () => {
    said = 0;
    server.script = (connection) => {
      connection.created();
      connection.delta("A bicycle, 11 o'clock, ");
      setTimeout(() => {
        connection.delta("near.");
        sent = performance.now();
        setTimeout(() => connection.done(), 300);
      }, 30);
    };
    expect(await describer.ask(describeIt)).toBe("lvlm");
    return said - sent;
  };
  const took = await quickest(150, toSpeech);
  describer.stop();
  expect(took).toBeLessThan(150);
});

test("a describer that is stopped leaves no connection", async () => {
  const hat = hatOf(server.url);
  await hat.asks(describeIt);
  hat.describer.stop();
  let closed = false;
  server.last.ws.once("close", () => {
    closed = true;
  });
  await until(() => closed);
});
