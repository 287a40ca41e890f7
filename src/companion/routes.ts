import type { FastifyInstance, FastifyReply } from "fastify";
import { z } from "zod";
import type { Right } from "../base/settings.ts";
import { wavFile } from "../devices/speaker/sound.ts";
import { earcon, earconNames, earcons } from "../voice/earcons.ts";
import type { Access } from "./access.ts";
import type { RouteAccess } from "./api.ts";
import { type Asset, type AssetName, securityHeaders } from "./assets.ts";
import type { Phone } from "./phones.ts";
import { nothing, Refusal, refusalOf, refuse, serve } from "./serve.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** Who may ask; by default any phone that was let in. */
    access?: RouteAccess;
  }
  interface FastifyRequest {
    phone: Phone | null;
  }
}

const plain = { querystring: nothing } as const;

/**
 * Refuses what is not meant for this page, and what the phone may not do. Without a session there is the page that lets
 * in; anything else, known or not, is 401.
 *
 * @param helperMay what helpers' phones may do besides
 */
export function guardRoutes(
  server: FastifyInstance,
  access: Access,
  helperMay: () => readonly Right[],
): void {
  server.decorateRequest("phone", null);
  server.addContentTypeParser("application/octet-stream", { parseAs: "buffer" }, (_request, body, done) =>
    done(null, body),
  );
  server.addHook("onRequest", async (request, reply) => {
    reply.headers(securityHeaders(access.hosts(), access.secure));
    const { access: who = "paired" } = request.routeOptions.config;
    const reads = request.method === "GET" || request.method === "HEAD";
    if (!access.isOurs(request.headers, false)) {
      return refuse(reply, "host", "this page answers only to its own address");
    }
    request.phone = access.phoneOf(request.headers);
    const known = who === "local" ? access.isLocal(request.headers) : request.phone !== null;
    if (who !== "open" && !known) return refuse(reply, "unpaired", "this phone is not paired");
    if (!reads && who !== "local" && !access.isOurs(request.headers, true)) {
      return refuse(reply, "origin", "this page answers only to itself");
    }
    const isRight = who !== "open" && who !== "local" && who !== "paired" && who !== "wearer";
    const may = request.phone?.role === "wearer" || (isRight && helperMay().includes(who));
    if ((who === "wearer" || isRight) && !may) {
      return refuse(reply, "role", "only the wearer's phone may do this");
    }
  });
  server.setErrorHandler((thrown, _request, reply) => {
    const { code, message, more } = refusalOf(thrown);
    return refuse(reply, code, message, more);
  });
  server.setNotFoundHandler((_request, reply) => refuse(reply, "gone", "there is no such page"));
}

/** The page's own files, and the sounds of the headset. */
export function addPageRoutes(
  server: FastifyInstance,
  { access, assets }: { access: Access; assets: Record<AssetName, Asset> },
): void {
  const give = (reply: FastifyReply, name: AssetName) =>
    reply.type(assets[name].type).send(assets[name].body);

  // Whatever else is asked for gets the page that lets in.
  const entry = { querystring: z.looseObject({}) };
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
    server.get(`/${name}`, { config: { access: "open" }, schema: plain }, (_request, reply) =>
      give(reply, name),
    );
  }
  server.get("/page.js", { schema: plain }, (_request, reply) => give(reply, "page.js"));

  // To be learned by ear.
  serve(server, "GET /sounds", () =>
    earconNames.map((name) => ({ name, like: earcons[name].like, meaning: earcons[name].meaning })),
  );
  serve(server, "GET /sounds/:name", ({ params }) => {
    const name = earconNames.find((other) => `${other}.wav` === params.name);
    if (name === undefined) throw new Refusal("gone", "there is no such sound");
    return wavFile(earcon(name));
  });
}
