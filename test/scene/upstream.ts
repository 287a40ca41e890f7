import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

// biome-ignore lint/suspicious/noExplicitAny: what came over the wire is looked at as it is
type Body = any;

/** One question at the scripted upstream, and what becomes of its answer. */
export class Completion {
  /** The gateway has hung up before the answer was over. */
  aborted = false;

  constructor(
    readonly body: Body,
    readonly headers: IncomingHttpHeaders,
    readonly response: ServerResponse,
  ) {
    response.on("close", () => {
      this.aborted = !response.writableEnded;
    });
  }

  /** The question's parts of one type. */
  parts(type: string): Body[] {
    return this.body.messages.at(-1).content.filter((part: Body) => part.type === type);
  }

  status(code: number): void {
    this.response.writeHead(code).end("no\n");
  }

  write(text: string): void {
    if (!this.response.headersSent) this.response.writeHead(200, { "content-type": "text/event-stream" });
    this.response.write(text);
  }

  chunk(chunk: object): void {
    this.write(`data: ${JSON.stringify(chunk)}\n\n`);
  }

  delta(content: string): void {
    this.chunk({ choices: [{ index: 0, delta: { content } }] });
  }

  done(finish = "stop"): void {
    this.chunk({ choices: [{ index: 0, delta: {}, finish_reason: finish }] });
    this.write("data: [DONE]\n\n");
    this.response.end();
  }

  answer(...deltas: string[]): void {
    this.chunk({ choices: [{ index: 0, delta: { role: "assistant", content: "" } }] });
    for (const delta of deltas) this.delta(delta);
    this.done();
  }

  breakOff(): void {
    this.response.destroy();
  }
}

/** A chat-completions server on loopback that does what a test says. */
export class ScriptedUpstream {
  /** Kept unless `forgets`. */
  readonly completions: Completion[] = [];
  forgets = false;
  script: (completion: Completion) => void = (completion) => completion.answer("A chair, ", "12 o'clock.");
  #http: Server = createServer();

  get url(): URL {
    return new URL(`http://127.0.0.1:${(this.#http.address() as AddressInfo).port}/v1/chat/completions`);
  }

  get last(): Completion {
    const last = this.completions.at(-1);
    if (last === undefined) throw new Error("nobody has asked");
    return last;
  }

  async start(): Promise<void> {
    this.#http = createServer((request, response) => {
      const pieces: Buffer[] = [];
      request.on("data", (piece: Buffer) => pieces.push(piece));
      request.on("error", () => {});
      response.on("error", () => {});
      request.on("end", () => {
        const body = JSON.parse(Buffer.concat(pieces).toString());
        const completion = new Completion({ ...body, path: request.url }, request.headers, response);
        if (!this.forgets) this.completions.push(completion);
        this.script(completion);
      });
    });
    await new Promise<void>((resolve) => this.#http.listen(0, "127.0.0.1", resolve));
  }

  async stop(): Promise<void> {
    this.#http.closeAllConnections();
    await new Promise((resolve) => this.#http.close(resolve));
  }
}
