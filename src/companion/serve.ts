import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { BrimError, messageOf } from "../base/errors.ts";
import {
  type AnswerOf,
  api,
  type Binary,
  type BodyOf,
  type Failure,
  type FailureCode,
  type ParamsOf,
  type Route,
  type RouteName,
} from "./api.ts";
import type { Phone } from "./phones.ts";

/** What was asked of a route; all of it fits the route's schema. */
export interface Asked<K extends RouteName> {
  params: ParamsOf<K>;
  body: BodyOf<K>;
  /** Who asks; null only where everybody may. */
  phone: Phone | null;
  request: FastifyRequest;
  reply: FastifyReply;
}

/** A refusal, with the status that goes with its code. */
export class Refusal extends Error {
  constructor(
    readonly code: FailureCode,
    message: string,
    readonly more: Pick<Failure, "known" | "verdict"> = {},
  ) {
    super(message);
  }
}

const statuses: Record<FailureCode, number> = {
  malformed: 400,
  unpaired: 401,
  host: 403,
  origin: 403,
  role: 403,
  refused: 403,
  never: 403,
  wrong: 403,
  gone: 404,
  conflict: 409,
  known: 409,
  closed: 409,
  another: 409,
  tooLarge: 413,
  unfit: 422,
  tooMany: 429,
  internal: 500,
  unavailable: 503,
  storage: 507,
};

/** Answers with a refusal. */
export function refuse(
  reply: FastifyReply,
  code: FailureCode,
  error: string,
  more: object = {},
): FastifyReply {
  return reply.code(statuses[code]).send({ error, code, ...more } satisfies Failure);
}

/** What was thrown, as a refusal: what Brim understands in its words, what it does not without a word about itself. */
export function refusalOf(thrown: unknown): Refusal {
  if (thrown instanceof Refusal) return thrown;
  if (thrown instanceof BrimError) {
    const codes: Partial<Record<BrimError["code"], FailureCode>> = {
      INPUT: "malformed",
      STORAGE: "storage",
      BUSY: "unavailable",
      DEVICE: "unavailable",
    };
    return new Refusal(codes[thrown.code] ?? "internal", thrown.message);
  }
  const status = (thrown as { statusCode?: number }).statusCode ?? 500;
  if (status === 413) return new Refusal("tooLarge", "that is too much");
  if (status === 429) return new Refusal("tooMany", "too many requests: wait a minute");
  if (status < 500) return new Refusal("malformed", messageOf(thrown));
  return new Refusal("internal", "this went wrong");
}

/** Nothing is asked besides the path. */
export const nothing = z.strictObject({});

/** The schemas of routes are zod's, as in the contract; what does not fit one is refused, never mended. */
export function checkByContract(server: FastifyInstance): void {
  server.setValidatorCompiler<z.ZodType>(({ schema }) => (data) => {
    const { success, data: value, error } = schema.safeParse(data);
    if (success) return { value };
    const issue = error.issues[0];
    return { error: new Error(`${issue?.path.join(".") || "what was sent"}: ${issue?.message}`) };
  });
}

/** Serves a route of the contract, with its schemas, its limits, and who may ask. */
export function serve<K extends RouteName>(
  server: FastifyInstance,
  name: K,
  answer: (asked: Asked<K>) => Promise<AnswerOf<K>> | AnswerOf<K>,
): void {
  const [method = "", url = ""] = name.split(" ");
  const route: Route = api[name];
  const { access, params, headers, body, perMinute } = route;
  server.route({
    method,
    url,
    config: { access, ...(perMinute !== undefined && { rateLimit: { max: perMinute, timeWindow: 60_000 } }) },
    schema: {
      querystring: nothing,
      ...(params && { params }),
      ...(headers && { headers }),
      ...(body && !isBinary(body) && { body }),
    },
    ...(isBinary(body) && body.limit !== undefined && { bodyLimit: body.limit }),
    handler: async (request, reply) => {
      if (isBinary(body) && !Buffer.isBuffer(request.body)) {
        return refuse(reply, "malformed", `send ${body.binary}`);
      }
      const given = { params: request.params, body: request.body } as Pick<Asked<K>, "params" | "body">;
      const value = await answer({ ...given, phone: request.phone, request, reply });
      if (reply.sent) return reply;
      if (isBinary(route.answer)) return reply.type(route.answer.binary).send(value);
      return route.answer === undefined ? reply.code(204).send() : reply.send(value);
    },
  });
}

function isBinary(part: z.ZodType | Binary | undefined): part is Binary {
  return part !== undefined && "binary" in part;
}

/** The phone that asks; routes that are not open always have one. */
export function phoneOf({ phone }: { phone: Phone | null }): Phone {
  if (phone === null) throw new Error("a route without a session asks for its phone");
  return phone;
}
