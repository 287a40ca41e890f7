import { z } from "zod";
import type { MessageItem } from "../protocol.ts";
import { soundRate } from "../protocol.ts";

/** A chat-completions server that takes images: Ollama, llama.cpp, vLLM, or a hosted one. */
export interface Upstream {
  /** `…/chat/completions` */
  url: URL;
  key: string | null;
  model: string;
  /** It takes sound, too. */
  hears: boolean;
}

/** Why the upstream gave no answer, in words that may go to the hat and into a log. */
export class UpstreamError extends Error {
  constructor(
    message: string,
    readonly busy = false,
  ) {
    super(message);
  }
}

/** A line of a stream is short; one that does not end is no stream of ours. */
const longestLine = 256 * 1024;

const chunkSchema = z.looseObject({
  choices: z
    .array(
      z.looseObject({
        delta: z.looseObject({ content: z.string().nullish() }).nullish(),
        finish_reason: z.string().nullish(),
      }),
    )
    .nullish(),
  error: z.unknown().optional(),
});

type Part = object;

function partOf(part: MessageItem["content"][number]): Part {
  switch (part.type) {
    case "input_image":
      return { type: "image_url", image_url: { url: part.image_url } };
    case "input_audio":
      return {
        type: "input_audio",
        input_audio: {
          data: wavOf(Buffer.from(part.audio as string, "base64")).toString("base64"),
          format: "wav",
        },
      };
    default:
      return { type: "text", text: part.text };
  }
}

/** A conversation as chat completions have it. */
export function messagesOf(instructions: string, items: readonly MessageItem[]): object[] {
  const messages = items.map(({ role, content }) =>
    role === "user"
      ? { role, content: content.map(partOf) }
      : { role, content: content.map((part) => ("text" in part ? part.text : "")).join("") },
  );
  return instructions === "" ? messages : [{ role: "system", content: instructions }, ...messages];
}

/**
 * Streams an answer: each piece as it comes, then why it ended ("stop", "length").
 * @throws UpstreamError; whatever `signal` is aborted with
 */
export async function* complete(
  { url, key, model }: Upstream,
  request: { instructions: string; items: readonly MessageItem[]; maxTokens: number },
  signal: AbortSignal,
): AsyncGenerator<string, string> {
  const { instructions, items, maxTokens } = request;
  let response: Response;
  try {
    response = await fetch(url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        accept: "text/event-stream",
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      },
      body: JSON.stringify({
        model,
        stream: true,
        max_tokens: maxTokens,
        messages: messagesOf(instructions, items),
      }),
      redirect: "error",
      signal,
    });
  } catch {
    signal.throwIfAborted();
    throw new UpstreamError("the upstream cannot be reached", false);
  }
  if (!response.ok || response.body === null) {
    await response.body?.cancel().catch(() => {});
    const busy = response.status === 429 || response.status === 503;
    throw new UpstreamError(`the upstream answers with status ${response.status}`, busy);
  }
  let end = "";
  for await (const line of lines(response.body, signal)) {
    if (!line.startsWith("data:")) continue;
    const data = line.slice(5).trim();
    if (data === "[DONE]") return end || "stop";
    const { delta, finish } = readChunk(data);
    if (delta !== "") yield delta;
    end = finish ?? end;
  }
  if (end === "") throw new UpstreamError("the upstream broke off");
  return end;
}

function readChunk(data: string): { delta: string; finish: string | null } {
  let chunk: z.output<typeof chunkSchema>;
  try {
    chunk = chunkSchema.parse(JSON.parse(data));
  } catch {
    throw new UpstreamError("the upstream sends what is no answer");
  }
  if (chunk.error !== undefined) throw new UpstreamError("the upstream failed while it answered");
  const choice = chunk.choices?.[0];
  return { delta: choice?.delta?.content ?? "", finish: choice?.finish_reason ?? null };
}

async function* lines(body: ReadableStream<Uint8Array>, signal: AbortSignal): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let open = "";
  try {
    for await (const bytes of body) {
      open += decoder.decode(bytes, { stream: true });
      const whole = open.split(/\r?\n/u);
      open = whole.pop() ?? "";
      yield* whole;
      if (open.length > longestLine) throw new UpstreamError("the upstream sends what is no answer");
    }
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof UpstreamError ? error : new UpstreamError("the upstream broke off");
  }
  if (open !== "") yield open;
}

/** Samples as a WAV file: 16-bit, mono. */
function wavOf(samples: Buffer): Buffer {
  const head = Buffer.alloc(44);
  head.write("RIFF", 0, "latin1");
  head.writeUInt32LE(36 + samples.length, 4);
  head.write("WAVEfmt ", 8, "latin1");
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(soundRate, 24);
  head.writeUInt32LE(soundRate * 2, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write("data", 36, "latin1");
  head.writeUInt32LE(samples.length, 40);
  return Buffer.concat([head, samples]);
}
