import type { FastifyInstance } from "fastify";
import type { Clock } from "../base/clock.ts";
import type { Phone } from "./phones.ts";
import type { PicturePorts } from "./ports.ts";
import { phoneOf, Refusal, serve } from "./serve.ts";

/** The eyes keep a picture for so long, too. */
const keptMs = 60_000;

interface Shown {
  id: number;
  /** Whose it is. */
  phone: string;
  jpeg: Buffer;
  until: number;
}

/** The picture on demand, for the phone that asked alone; one is kept at a time. */
export function addPictureRoutes(server: FastifyInstance, picture: PicturePorts, clock: Clock): void {
  let shown: Shown | null = null;
  let count = 0;
  const kept = (id: string, phone: Phone): Shown => {
    if (shown !== null && clock.now() >= shown.until) shown = null;
    if (shown === null || shown.id !== Number(id) || shown.phone !== phone.id) {
      throw new Refusal("gone", "this picture is too old: ask for another one");
    }
    return shown;
  };

  serve(server, "POST /picture", async (asked) => {
    const phone = phoneOf(asked);
    const { jpeg, ...what } = await picture.take(phone);
    shown = { id: ++count, phone: phone.id, jpeg, until: clock.now() + keptMs };
    return { id: shown.id, seconds: keptMs / 1000, ...what };
  });
  serve(server, "GET /picture/:id", (asked) => kept(asked.params.id, phoneOf(asked)).jpeg);
  serve(server, "POST /picture/:id/segment", (asked) => {
    kept(asked.params.id, phoneOf(asked));
    return picture.segment(asked.body);
  });
  serve(server, "POST /picture/:id/enrol", (asked) => {
    kept(asked.params.id, phoneOf(asked));
    return picture.enrol(asked.body);
  });
}
