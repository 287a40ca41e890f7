import type { FastifyInstance, FastifyReply } from "fastify";
import type { Access } from "./access.ts";
import type { Applicant, Pairing, Refusal } from "./pairing.ts";
import { type Phone, type Phones, roles } from "./phones.ts";
import { nothing, phoneOf } from "./routes.ts";

export interface PairingRouteDeps {
  access: Access;
  phones: Phones;
  pairing: Pairing;
  /** Opens pairing and speaks its code; returns it. */
  open(): string;
  onPaired(phone: Phone): void;
  /** A phone was taken off the list. */
  onRemoved(id: string): void;
}

const applicant = {
  name: { type: "string", minLength: 1, maxLength: 40, pattern: "^[^\\p{C}]*\\S[^\\p{C}]*$" },
  role: { enum: roles },
} as const;

const status: Record<Refusal, number> = { closed: 409, another: 409, wrong: 403, tries: 429 };

/** A phone waits for its answer; a person types a code: more a minute from one address is neither. */
const rateLimit = { max: 90, timeWindow: 60_000 };
const open = { access: "open" as const, rateLimit };

/** How phones are let in, listed, and taken off the list. */
export function addPairingRoutes(server: FastifyInstance, deps: PairingRouteDeps): void {
  const { access, phones, pairing } = deps;
  const refuse = (reply: FastifyReply, why: Refusal) =>
    reply.code(status[why]).send({ error: why, code: why === "tries" ? "tooMany" : why });
  const letIn = async (reply: FastifyReply, { name, role }: Applicant) => {
    const { phone, token } = await phones.add(name.trim(), role);
    deps.onPaired(phone);
    return reply.header("set-cookie", access.cookieFor(token)).send({ paired: phone.role });
  };

  server.get("/pairing", { config: open, schema: nothing }, (_request, reply) =>
    reply.send({ open: pairing.open, seconds: Math.ceil(pairing.left / 1000) }),
  );
  const asks = {
    body: { type: "object", required: ["name", "role"], additionalProperties: false, properties: applicant },
  };
  server.post("/pairing/ask", { config: open, schema: asks }, (request, reply) => {
    const asked = pairing.ask(request.ip, request.body as Applicant);
    return typeof asked === "string" ? refuse(reply, asked) : reply.send(asked);
  });
  const id = { type: "string", minLength: 1, maxLength: 64 };
  const waits = {
    body: { type: "object", required: ["id"], additionalProperties: false, properties: { id } },
  };
  server.post("/pairing/answer", { config: open, schema: waits }, (request, reply) => {
    const answer = pairing.answer(request.ip, (request.body as { id: string }).id);
    return typeof answer === "string" ? reply.send({ answer }) : letIn(reply, answer);
  });
  const codes = {
    body: {
      type: "object",
      required: ["name", "role", "code"],
      additionalProperties: false,
      properties: { ...applicant, code: { type: "string", pattern: "^[0-9]{6}$" } },
    },
  };
  server.post("/pairing/code", { config: open, schema: codes }, (request, reply) => {
    const { code, ...who } = request.body as Applicant & { code: string };
    const refusal = pairing.try(request.ip, code);
    return refusal === null ? letIn(reply, who) : refuse(reply, refusal);
  });

  const local = { config: { access: "local" as const }, schema: nothing };
  server.post("/pairing/open", local, (_request, reply) => {
    const code = deps.open();
    return reply.send({
      code,
      link: `${access.address}#code=${code}`,
      address: access.address,
      seconds: Math.round(pairing.left / 1000),
    });
  });

  server.get("/phones", { schema: nothing }, (request, reply) =>
    reply.send({ you: phoneOf(request), phones: phones.list() }),
  );
  const one = { ...nothing, params: { type: "object", properties: { id } } };
  server.delete("/phones/:id", { schema: one }, async (request, reply) => {
    const { id } = request.params as { id: string };
    const phone = phoneOf(request);
    // A helper may leave, and send nobody else away.
    if (phone.role !== "wearer" && phone.id !== id) {
      return reply.code(403).send({ error: "only the wearer's phone may do this" });
    }
    if (!(await phones.remove(id))) return reply.code(404).send({ error: "there is no such phone" });
    deps.onRemoved(id);
    return reply.code(204).send();
  });
}
