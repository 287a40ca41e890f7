import type { SceneFailure } from "../../src/attention/wording/scene.ts";
import type { Script } from "./server.ts";

/** What may go wrong with an answer. */
export interface Failure {
  name: string;
  script: Script;
  why: SceneFailure;
  /** It must be told within this time, in ms. */
  within: number;
  partly?: boolean;
}

/** All of them. */
export const failures: Failure[] = [
  { name: "no word at all", script: () => {}, why: "slow", within: 8_100 },
  {
    name: "events, and never a word",
    script: (connection) => {
      const go = setInterval(() => connection.send({ type: "rate_limits.updated" }), 2);
      connection.ws.once("close", () => clearInterval(go));
      setTimeout(() => clearInterval(go), 3_000);
    },
    why: "slow",
    within: 8_100,
  },
  { name: "a dropped line, twice", script: ({ ws }) => ws.terminate(), why: "lost", within: 8_100 },
  {
    name: "a line that drops in the middle",
    script: (connection) => {
      connection.delta("A man. And");
      setTimeout(() => connection.ws.terminate(), 5);
    },
    why: "lost",
    within: 8_100,
    partly: true,
  },
  {
    name: "silence in the middle",
    script: (connection) => connection.delta("A man. And"),
    why: "slow",
    within: 16_200,
    partly: true,
  },
  {
    name: "an error event",
    script: (connection) =>
      connection.send({ type: "error", error: { type: "server_error", message: "no" } }),
    why: "failed",
    within: 8_100,
  },
  {
    name: "too many questions",
    script: (connection) => connection.send({ type: "error", error: { code: "rate_limit_exceeded" } }),
    why: "busy",
    within: 8_100,
  },
  {
    name: "a failed response",
    script: (connection) => connection.done("failed"),
    why: "failed",
    within: 8_100,
  },
  { name: "an empty answer", script: (connection) => connection.answer(), why: "junk", within: 8_100 },
  { name: "junk", script: ({ ws }) => ws.send("<html>502</html>"), why: "junk", within: 8_100 },
  { name: "binary junk", script: ({ ws }) => ws.send(Buffer.from([1, 2, 3])), why: "junk", within: 8_100 },
  {
    name: "an event that is not as it should be",
    script: (connection) => connection.send({ type: "response.output_text.delta", delta: 7 }),
    why: "junk",
    within: 8_100,
  },
  {
    name: "a message of 50 MB",
    script: (connection) => connection.delta("x".repeat(50 * 1024 * 1024)),
    why: "junk",
    within: 8_100,
  },
  {
    name: "a server that never stops",
    script: (connection) => {
      const go = setInterval(() => connection.delta("and on it goes "), 1);
      connection.ws.once("close", () => clearInterval(go));
    },
    why: "tooMuch",
    within: 60_100,
    partly: true,
  },
  {
    name: "an answer that is cut off by its length",
    script: (connection) => {
      connection.delta("A man. ");
      connection.done("incomplete", { reason: "max_output_tokens" });
    },
    why: "tooMuch",
    within: 8_100,
    partly: true,
  },
];
