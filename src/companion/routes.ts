import type { FastifyInstance, FastifyReply } from "fastify";
import { z } from "zod";
import { messageOf } from "../base/errors.ts";
import { wavFile } from "../devices/speaker/sound.ts";
import { earcon, earconNames, earcons } from "../voice/earcons.ts";
import type { Access } from "./access.ts";
import { type Asset, type AssetName, securityHeaders } from "./assets.ts";

export interface RouteDeps {
  access: Access;
  assets: Record<AssetName, Asset>;
  port(): number;
  picture(): Promise<Buffer | null>;
}

const entrySchema = z.object({ token: z.string().max(100).optional() });

/**
 * The routes of the page. Without a session there is the page that says how to get in with its looks; anything
 * else, known or not, is 401.
 */
export function addRoutes(server: FastifyInstance, { access, assets, port, picture }: RouteDeps): void {
  const give = (reply: FastifyReply, name: AssetName) =>
    reply.type(assets[name].type).send(assets[name].body);
  const open = new Set(["/", "/style.css", "/icon.svg"]);

  server.addHook("onRequest", async (request, reply) => {
    reply.headers(securityHeaders(port()));
    if (!access.isOurs(request.headers, false)) {
      return reply.code(403).send({ error: "this page answers only to its own address" });
    }
    const path = request.url.split("?", 1)[0] ?? "";
    if (!open.has(path) && !access.hasSession(request.headers)) {
      return reply.code(401).send({ error: "open the link that Brim printed" });
    }
  });
  server.setErrorHandler((error, _request, reply) => {
    const status = (error as { statusCode?: number }).statusCode ?? 500;
    return reply.code(status).send({ error: messageOf(error) });
  });
  server.setNotFoundHandler((_request, reply) => reply.code(404).send({ error: "there is no such page" }));

  server.get("/", (request, reply) => {
    const entry = entrySchema.safeParse(request.query);
    const token = entry.success ? entry.data.token : undefined;
    if (token !== undefined && access.isToken(token)) {
      return give(reply.header("set-cookie", access.open()), "index.html");
    }
    return give(reply, access.hasSession(request.headers) ? "index.html" : "enter.html");
  });
  for (const name of ["style.css", "icon.svg", "page.js"] as const) {
    server.get(`/${name}`, (_request, reply) => give(reply, name));
  }

  // The sounds of the headset, to be learned by ear.
  server.get("/sounds", (_request, reply) =>
    reply.send(
      earconNames.map((name) => ({ name, like: earcons[name].like, meaning: earcons[name].meaning })),
    ),
  );
  for (const name of earconNames) {
    server.get(`/sounds/${name}.wav`, (_request, reply) =>
      reply.type("audio/wav").send(wavFile(earcon(name))),
    );
  }

  // Pages that ask at the same time share one picture, so that no number of them costs the eyes more than one.
  let pending: Promise<Buffer | null> | null = null;
  server.get("/picture", async (_request, reply) => {
    pending ??= picture().finally(() => {
      pending = null;
    });
    const jpeg = await pending;
    if (jpeg === null) return reply.code(503).send({ error: "there is no picture now" });
    return reply.type("image/jpeg").send(jpeg);
  });
}
