import type { FastifyInstance, FastifyReply } from "fastify";
import { renderSVG } from "uqr";
import type { Access } from "./access.ts";
import type { Applicant, Pairing, Refusal as PairingRefusal } from "./pairing.ts";
import type { Phone, Phones } from "./phones.ts";
import { phoneOf, Refusal, serve } from "./serve.ts";

export interface PairingRouteDeps {
  access: Access;
  phones: Phones;
  pairing: Pairing;
  /** Of the certificate, or null without TLS. */
  fingerprint: string | null;
  /** Opens pairing and speaks its code; returns it. */
  open(): string;
  /** Ends pairing. */
  close(): void;
  onPaired(phone: Phone): void;
  /** A phone was taken off the list. */
  onRemoved(id: string): void;
  /** Whether a page of the phone is open. */
  isOpen(id: string): boolean;
}

/** How phones are let in, listed, and taken off the list. */
export function addPairingRoutes(server: FastifyInstance, deps: PairingRouteDeps): void {
  const { access, phones, pairing } = deps;
  const refusal = (why: PairingRefusal) => new Refusal(why === "tries" ? "tooMany" : why, why);
  const letIn = async (reply: FastifyReply, { name, role }: Applicant) => {
    const { phone, token } = await phones.add(name.trim(), role);
    deps.onPaired(phone);
    reply.header("set-cookie", access.cookieFor(token));
    return { paired: phone.role };
  };
  const now = () => ({ open: pairing.open, seconds: Math.ceil(pairing.left / 1000) });
  const opened = () => {
    const code = deps.open();
    return {
      code,
      link: `${access.address}#code=${code}`,
      address: access.address,
      seconds: Math.round(pairing.left / 1000),
      fingerprint: deps.fingerprint,
    };
  };

  serve(server, "GET /pairing", now);
  serve(server, "POST /pairing/ask", ({ request, body }) => {
    const asked = pairing.ask(request.ip, body);
    if (typeof asked === "string") throw refusal(asked);
    return asked;
  });
  serve(server, "POST /pairing/answer", ({ request, body, reply }) => {
    const answer = pairing.answer(request.ip, body.id);
    return typeof answer === "string" ? { answer } : letIn(reply, answer);
  });
  serve(server, "POST /pairing/code", ({ request, body: { code, ...who }, reply }) => {
    const why = pairing.try(request.ip, code);
    if (why !== null) throw refusal(why);
    return letIn(reply, who);
  });
  serve(server, "POST /pairing/extend", () => {
    const why = pairing.extend();
    if (why !== null) throw refusal(why);
    return now();
  });
  serve(server, "POST /pairing/begin", () => {
    const pair = opened();
    return { ...pair, qr: renderSVG(pair.link) };
  });
  serve(server, "POST /pairing/end", () => {
    deps.close();
    return undefined;
  });
  serve(server, "POST /pairing/open", opened);

  serve(server, "GET /phones", (asked) => ({
    you: phoneOf(asked),
    phones: phones.list().map((phone) => ({ ...phone, open: deps.isOpen(phone.id) })),
  }));
  serve(server, "DELETE /phones/:id", async (asked) => {
    const { id } = asked.params;
    const phone = phoneOf(asked);
    // A helper may leave, and send nobody else away.
    if (phone.role !== "wearer" && phone.id !== id) {
      throw new Refusal("role", "only the wearer's phone may do this");
    }
    if (!(await phones.remove(id))) throw new Refusal("gone", "there is no such phone");
    deps.onRemoved(id);
    return undefined;
  });
}
