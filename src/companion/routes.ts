import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { messageOf } from "../base/errors.ts";
import { wavFile } from "../devices/speaker/sound.ts";
import { earcon, earconNames, earcons } from "../voice/earcons.ts";
import type { Access } from "./access.ts";
import { type Asset, type AssetName, securityHeaders } from "./assets.ts";
import type { Phone } from "./phones.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** Who may ask: everybody, the owner of the state folder, any phone that was let in (the default), the wearer's. */
    access?: "open" | "local" | "wearer";
  }
  interface FastifyRequest {
    phone: Phone | null;
  }
}

export interface RouteDeps {
  access: Access;
  assets: Record<AssetName, Asset>;
  /** Null where no picture may leave the hat. */
  picture: (() => Promise<Buffer | null>) | null;
}

/** Nothing is asked besides the path. */
export const nothing = { querystring: { type: "object", additionalProperties: false } } as const;

/**
 * Refuses what is not meant for this page, and what the phone may not do. Without a session there is the page that lets
 * in; anything else, known or not, is 401.
 */
export function guardRoutes(server: FastifyInstance, access: Access): void {
  server.decorateRequest("phone", null);
  server.addHook("onRequest", async (request, reply) => {
    reply.headers(securityHeaders(access.hosts()));
    const { config } = request.routeOptions;
    const reads = request.method === "GET" || request.method === "HEAD";
    if (!access.isOurs(request.headers, false)) {
      return reply.code(403).send({ error: "this page answers only to its own address" });
    }
    request.phone = access.phoneOf(request.headers);
    const known = config.access === "local" ? access.isLocal(request.headers) : request.phone !== null;
    if (config.access !== "open" && !known) {
      return reply.code(401).send({ error: "this phone is not paired" });
    }
    if (!reads && config.access !== "local" && !access.isOurs(request.headers, true)) {
      return reply.code(403).send({ error: "this page answers only to itself" });
    }
    if (config.access === "wearer" && request.phone?.role !== "wearer") {
      return reply.code(403).send({ error: "only the wearer's phone may do this" });
    }
  });
  server.setErrorHandler((error, _request, reply) => {
    const status = (error as { statusCode?: number }).statusCode ?? 500;
    return reply.code(status).send({ error: messageOf(error) });
  });
  server.setNotFoundHandler((_request, reply) => reply.code(404).send({ error: "there is no such page" }));
}

/** The page itself, the sounds, and the picture. */
export function addRoutes(server: FastifyInstance, { access, assets, picture }: RouteDeps): void {
  const give = (reply: FastifyReply, name: AssetName) =>
    reply.type(assets[name].type).send(assets[name].body);

  // Whatever else is asked for gets the page that lets in.
  const entry = { querystring: { type: "object" } };
  server.get("/", { config: { access: "open" }, schema: entry }, (request, reply) => {
    const { token } = request.query as { token?: unknown };
    if (typeof token === "string" && access.isToken(token)) {
      return give(reply.header("set-cookie", access.enterByLink()), "index.html");
    }
    return give(reply, request.phone === null ? "enter.html" : "index.html");
  });
  const opening = [
    "enter.js",
    "shared.js",
    "style.css",
    "icon.svg",
    "manifest.webmanifest",
    "worker.js",
  ] as const;
  for (const name of opening) {
    server.get(`/${name}`, { config: { access: "open" }, schema: nothing }, (_request, reply) =>
      give(reply, name),
    );
  }
  server.get("/page.js", { schema: nothing }, (_request, reply) => give(reply, "page.js"));

  // The sounds of the headset, to be learned by ear.
  server.get("/sounds", { schema: nothing }, (_request, reply) =>
    reply.send(
      earconNames.map((name) => ({ name, like: earcons[name].like, meaning: earcons[name].meaning })),
    ),
  );
  for (const name of earconNames) {
    server.get(`/sounds/${name}.wav`, { schema: nothing }, (_request, reply) =>
      reply.type("audio/wav").send(wavFile(earcon(name))),
    );
  }

  // Pages that ask at the same time share one picture, so that no number of them costs the eyes more than one.
  let pending: Promise<Buffer | null> | null = null;
  server.get("/picture", { schema: nothing }, async (_request, reply) => {
    if (picture === null)
      return reply.code(403).send({ error: "no picture leaves this hat: see page.picture" });
    pending ??= picture().finally(() => {
      pending = null;
    });
    const jpeg = await pending;
    if (jpeg === null) return reply.code(503).send({ error: "there is no picture now" });
    return reply.type("image/jpeg").send(jpeg);
  });
}

/** The phone that asks; routes without `access: "open"` always have one. */
export function phoneOf(request: FastifyRequest): Phone {
  if (request.phone === null) throw new Error("a route without a session asks for its phone");
  return request.phone;
}
