import type { FastifyInstance } from "fastify";
import type { Setting } from "./api.ts";
import type { Phone } from "./phones.ts";
import type { SettingsPorts } from "./ports.ts";
import { phoneOf, Refusal, serve } from "./serve.ts";

/** Settings: a change holds at once, is heard, and is kept. */
export function addSettingsRoutes(server: FastifyInstance, settings: SettingsPorts): void {
  const mayChange = ({ role }: Phone, { access }: Omit<Setting, "mayChange">) =>
    role === "wearer" || access === "paired" || (access !== "wearer" && settings.helperMay.includes(access));
  const shown = (phone: Phone, setting: Omit<Setting, "mayChange">): Setting => ({
    ...setting,
    mayChange: mayChange(phone, setting),
  });
  const all = (phone: Phone) => ({ settings: settings.list().map((setting) => shown(phone, setting)) });
  const assertMay = (phone: Phone, setting: Omit<Setting, "mayChange">) => {
    if (!mayChange(phone, setting)) throw new Refusal("role", "only the wearer's phone may change this");
  };

  serve(server, "GET /settings", (asked) => all(phoneOf(asked)));
  serve(server, "PUT /settings/:key", async (asked) => {
    const { params, body } = asked;
    const phone = phoneOf(asked);
    assertMay(phone, settings.get(params.key));
    await settings.change(params.key, body.value);
    return shown(phone, settings.get(params.key));
  });
  serve(server, "DELETE /settings/:key", async (asked) => {
    const { params } = asked;
    const phone = phoneOf(asked);
    assertMay(phone, settings.get(params.key));
    await settings.reset([params.key]);
    return shown(phone, settings.get(params.key));
  });
  serve(server, "DELETE /settings", async (asked) => {
    const phone = phoneOf(asked);
    const may = settings.list().filter((setting) => mayChange(phone, setting));
    await settings.reset(may.map(({ key }) => key));
    return all(phone);
  });
}
