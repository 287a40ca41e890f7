import type { FastifyInstance } from "fastify";
import { BrimError } from "../base/errors.ts";
import type { MemoryEntry } from "./api.ts";
import type { MemoryPorts } from "./ports.ts";
import { Refusal, serve } from "./serve.ts";

/** People and things: seen, named, merged, forgotten, taken out and brought back. */
export function addMemoryRoutes(server: FastifyInstance, memory: MemoryPorts): void {
  const there = (id: string): MemoryEntry => {
    const entry = memory.list().find((other) => other.id === id);
    if (entry === undefined) throw new Refusal("gone", "this is not remembered any more");
    return entry;
  };
  serve(server, "GET /memory", () => ({ entries: memory.list() }));
  serve(server, "PUT /memory/:id/name", ({ params, body }) => {
    there(params.id);
    return clashing(() => memory.rename(params.id, body.name));
  });
  serve(server, "GET /memory/:id/clip", ({ params }) => {
    there(params.id);
    const clip = memory.clip(params.id);
    if (clip === null) throw new Refusal("gone", "no name was spoken");
    return clip;
  });
  serve(server, "POST /memory/merge", ({ body: { into, from } }) => {
    there(into);
    there(from);
    return clashing(() => memory.merge(into, from));
  });
  serve(server, "DELETE /memory/:id", ({ params }) => {
    there(params.id);
    memory.forget(params.id);
    return undefined;
  });
  serve(server, "POST /memory/forget-all", () => {
    memory.forgetAll();
    return undefined;
  });
  serve(server, "POST /memory/export", async ({ body, reply }) => {
    const sealed = await memory.export(body.passphrase);
    reply.header("content-disposition", 'attachment; filename="brim-memory.brim"');
    return sealed;
  });
  serve(server, "POST /memory/import", async ({ body, request }) => {
    const passphrase = Buffer.from(String(request.headers["brim-passphrase"]), "base64url").toString("utf8");
    try {
      return await memory.import(body as Buffer, passphrase);
    } catch (error) {
      if (!(error instanceof BrimError && error.code === "INPUT")) throw error;
      throw new Refusal(/passphrase/.test(error.message) ? "wrong" : "malformed", error.message);
    }
  });
}

/** What cannot be since another entry stands in its way. */
function clashing<T>(change: () => T): T {
  try {
    return change();
  } catch (error) {
    if (!(error instanceof BrimError && error.code === "INPUT")) throw error;
    throw new Refusal("conflict", error.message);
  }
}
