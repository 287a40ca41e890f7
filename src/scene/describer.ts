import { joined } from "../attention/wording/names.ts";
import { sceneWordingOf } from "../attention/wording/scene.ts";
import type { Clock, Timer } from "../base/clock.ts";
import type { Config } from "../base/config.ts";
import { messageOf } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import { resample } from "../voice/resample.ts";
import { Aliases } from "./aliases.ts";
import type { Ask, Outcome, SceneClient, Turn } from "./client.ts";
import { asksForLeave, PromiseFilter } from "./filter.ts";
import { offlineWords, plainWords, textWords } from "./offline.ts";
import type { DescriberPorts, Question } from "./ports.ts";
import { instructionsOf, questionText, spokenQuestionText } from "./prompt.ts";
import { soundRate } from "./protocol.ts";
import { SpokenAnswer } from "./spoken-answer.ts";

export interface DescriberOptions {
  clock: Clock;
  log: Log;
  language: Config["language"];
  scene: Pick<Config["scene"], "style" | "picture_side" | "send_names">;
  /** Null where no server is set up: then the hat answers by itself, and no picture leaves it. */
  client: Pick<SceneClient, "ask" | "stop"> | null;
  ports: DescriberPorts;
}

/** Who answered: the model, the hat itself, nobody but a fixed sentence, or nobody since the wearer hushed. */
export type Answered = "lvlm" | "offline" | "fixed" | "hushed";

/** A conversation goes on for so long after its last answer. */
const conversationMs = 120_000;
const mostTurns = 12;
/** The earcon that tells that an answer is worked on. */
const thinkFirstMs = 1_000;
const thinkEveryMs = 1_500;
/** What is read later than this is not waited for. */
const textMs = 6_000;
/** Characters of a question that are sent; what comes after them is left out. */
export const longestQuestion = 500;

interface Conversation {
  number: number;
  lastAt: number;
  turns: Turn[];
  aliases: Aliases;
  /** A picture was sent in it. */
  pictured: boolean;
}

/** Answers the wearer's questions about what lies ahead, one at a time: a new question ends the one before it. */
export class Describer {
  readonly #options: DescriberOptions;
  #conversation: Conversation | null = null;
  #conversations = 0;
  #current: { abort: AbortController; done: Promise<Answered> } | null = null;

  constructor(options: DescriberOptions) {
    this.#options = options;
  }

  /** A question is being answered, or its answer spoken. */
  get busy(): boolean {
    return this.#current !== null;
  }

  /** Answers by speech; resolves when all of the answer was handed to speech and heard. Never rejects. */
  ask(question: Question): Promise<Answered> {
    this.hush();
    const before = this.#current?.done;
    const abort = new AbortController();
    const done = this.#answer(question, abort, before).catch((error): Answered => {
      this.#options.log.error(`descriptions: ${messageOf(error)}`);
      return "offline";
    });
    const current = { abort, done };
    this.#current = current;
    void done.finally(() => {
      if (this.#current === current) this.#current = null;
    });
    return done;
  }

  /** Ends the answer, at the server too. Returns whether there was one; speech is hushed by whoever hushes. */
  hush(): boolean {
    const busy = this.#current !== null && !this.#current.abort.signal.aborted;
    this.#current?.abort.abort();
    return busy;
  }

  /** The wearer's conversation is over, and the connection with it. */
  stop(): void {
    this.hush();
    this.#conversation = null;
    this.#options.client?.stop();
  }

  async #answer(
    question: Question,
    abort: AbortController,
    before: Promise<unknown> | undefined,
  ): Promise<Answered> {
    const { ports, client, language } = this.#options;
    const wording = sceneWordingOf(language);
    const answer = new SpokenAnswer(ports, abort);
    if (question.kind === "text" && asksForLeave(question.text)) {
      answer.say(plainWords(wording.crossing));
      return (await answer.heard()) ? "fixed" : "hushed";
    }
    const facts = ports.facts();
    if (client === null) {
      const why = question.kind === "sound" ? "noServer" : null;
      await this.#ownView(answer, why, abort.signal);
      return (await answer.heard()) ? "offline" : "hushed";
    }
    // A picture that shows nothing is told of, and never described.
    if (facts.seeing !== "good") {
      answer.say(ports.around());
      return (await answer.heard()) ? "offline" : "hushed";
    }
    const thinking = this.#think(abort.signal);
    const outcome = await this.#askServer(question, client, answer, thinking, abort.signal, before);
    thinking.stop();
    if (outcome.kind === "failed") {
      ports.earcon("error");
      if (outcome.partly) answer.say(plainWords(failureText(outcome, wording)));
      else await this.#ownView(answer, outcome.why, abort.signal);
    }
    if (!(await answer.heard()) || outcome.kind === "hushed") return "hushed";
    return outcome.kind === "answered" || outcome.partly ? "lvlm" : "offline";
  }

  /** What the hat sees by itself, at once, and then what is written there, where that can soon be read. */
  async #ownView(
    answer: SpokenAnswer,
    why: Parameters<typeof offlineWords>[1],
    signal: AbortSignal,
  ): Promise<void> {
    const { clock, ports, language } = this.#options;
    const wording = sceneWordingOf(language);
    const reading = ports.facts().seeing === "good" ? ports.text() : null;
    answer.say(offlineWords(ports.around(), why, wording));
    if (reading === null) return;
    const read = await new Promise<readonly string[] | null>((resolve) => {
      const timer = clock.after(textMs, () => resolve(null));
      const done = (paragraphs: readonly string[] | null) => {
        timer.cancel();
        resolve(paragraphs);
      };
      reading.then(done, () => done(null));
      signal.addEventListener("abort", () => done(null), { once: true });
    });
    const words = read && textWords(read, wording);
    if (words) answer.say(words);
  }

  async #askServer(
    question: Question,
    client: Pick<SceneClient, "ask">,
    answer: SpokenAnswer,
    thinking: { stop(): void },
    signal: AbortSignal,
    before: Promise<unknown> | undefined,
  ): Promise<Outcome> {
    const { clock, ports, language, scene, log } = this.#options;
    const wording = sceneWordingOf(language);
    const picture = await ports.picture(scene.picture_side);
    await before;
    if (signal.aborted) return { kind: "hushed" };
    const conversation = this.#goOn(clock.now());
    const earlier = picture === null && conversation.pictured;
    if (picture === null && !earlier) return { kind: "failed", why: "failed", partly: false };
    const ask = this.#compose(question, picture, conversation);
    const filter = new PromiseFilter({
      instead: wording.cannotJudge,
      unheardQuestion: question.kind === "sound",
    });
    if (picture !== null) {
      conversation.pictured = true;
      ports.earcon("picture");
      log.info(`descriptions: a picture of ${Math.ceil(picture.length / 1024)} KiB leaves the hat`);
    }
    let first = true;
    const heard: string[] = [];
    const outcome = await client.ask(
      ask,
      (sentence) => {
        thinking.stop();
        heard.push(sentence);
        const said = filter.take(sentence);
        if (said === null || signal.aborted) return;
        const words = said === wording.cannotJudge ? plainWords(said) : conversation.aliases.restore(said);
        answer.say(earlier && first ? joined([plainWords(wording.earlier), words]) : words);
        first = false;
      },
      signal,
    );
    this.#keep(conversation, question.kind === "sound" ? "(a spoken question)" : ask.text, heard);
    return outcome;
  }

  /** The conversation that goes on, or a new one. */
  #goOn(now: number): Conversation {
    const kept = this.#conversation;
    if (kept !== null && now - kept.lastAt < conversationMs) return kept;
    const number = ++this.#conversations;
    this.#conversation = { number, lastAt: now, turns: [], aliases: new Aliases(), pictured: false };
    return this.#conversation;
  }

  #compose(question: Question, picture: Buffer | null, { number, turns, aliases }: Conversation): Ask {
    const { ports, language, scene } = this.#options;
    const facts = ports.facts();
    const nameOf = scene.send_names
      ? ({ name }: { name: { text: string } }) => name.text
      : aliases.of.bind(aliases);
    // Those in view have the first letters.
    for (const { known } of facts.things) if (known !== null) nameOf(known);
    const asked = question.kind === "text" ? question.text.slice(0, longestQuestion) : null;
    const hidden = asked === null || scene.send_names ? asked : aliases.withoutNames(asked, ports.people());
    return {
      conversation: number,
      instructions: instructionsOf(language, scene.style),
      history: [...turns],
      text:
        question.kind === "sound" ? spokenQuestionText(facts, nameOf) : questionText(hidden, facts, nameOf),
      picture,
      sound: question.kind === "sound" ? soundOf(question) : null,
    };
  }

  #keep(conversation: Conversation, asked: string, heard: readonly string[]): void {
    conversation.lastAt = this.#options.clock.now();
    conversation.turns.push({ role: "user", text: asked });
    if (heard.length > 0) conversation.turns.push({ role: "assistant", text: heard.join(" ") });
    conversation.turns = conversation.turns.slice(-mostTurns);
  }

  /** Sounds while the answer is waited for. */
  #think(signal: AbortSignal): { stop(): void } {
    const { clock, ports } = this.#options;
    let timer: Timer;
    const sound = (after: number) => {
      timer = clock.after(after, () => {
        ports.earcon("thinking");
        sound(thinkEveryMs);
      });
    };
    sound(thinkFirstMs);
    const stop = () => timer.cancel();
    signal.addEventListener("abort", stop);
    return { stop };
  }
}

function failureText(
  outcome: Outcome & { kind: "failed" },
  { failed, cutOff }: ReturnType<typeof sceneWordingOf>,
): string {
  return outcome.why === "tooMuch" ? failed.tooMuch : cutOff;
}

/** A spoken question at the rate that the protocol asks for. */
function soundOf({ sound, rate }: { sound: Buffer; rate: number }): Buffer {
  const samples = new Int16Array(Math.floor(sound.length / 2));
  for (let i = 0; i < samples.length; i++) samples[i] = sound.readInt16LE(i * 2);
  const resampled = resample(samples, rate, soundRate);
  const bytes = Buffer.alloc(resampled.length * 2);
  for (const [i, sample] of resampled.entries()) bytes.writeInt16LE(sample, i * 2);
  return bytes;
}
