import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { main } from "../processes/hat.ts";

/** `brim gateway` as a process of its own, on a free port. */
export class GatewayProcess {
  readonly errors: string[] = [];
  readonly exited: Promise<number | null>;
  #child: ChildProcess;

  private constructor(args: string[], env: NodeJS.ProcessEnv) {
    this.#child = spawn(process.execPath, [main, "gateway", "--listen", "127.0.0.1:0", ...args], {
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    if (this.#child.stderr !== null) {
      createInterface({ input: this.#child.stderr }).on("line", (line) => this.errors.push(line));
    }
    this.exited = new Promise((done) => this.#child.once("exit", (status) => done(status)));
  }

  /** Starts it, and waits for its address. */
  static async start(
    args: string[],
    env: NodeJS.ProcessEnv,
  ): Promise<{ gateway: GatewayProcess; url: string }> {
    const gateway = new GatewayProcess(args, env);
    const { stdout } = gateway.#child;
    if (stdout === null) throw new Error("no pipe");
    for await (const line of createInterface({ input: stdout })) {
      const url = /^gateway: (wss?:\S+)$/.exec(line)?.[1];
      if (url !== undefined) return { gateway, url };
    }
    throw new Error(gateway.errors.join("\n"));
  }

  /** Ends it; its exit status. */
  async stop(): Promise<number | null> {
    this.#child.kill("SIGTERM");
    return this.exited;
  }
}
