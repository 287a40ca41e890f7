import type { AnswerOf, BodyOf, Failure, FailureCode, ParamsOf, RouteName } from "../api.ts";
import { sessionOver } from "./hat.ts";
import { text } from "./i18n/index.ts";

/** What the server has refused, or that it does not answer. */
export class Refused extends Error {
  constructor(readonly failure: Partial<Failure>) {
    super(failure.error ?? "no answer");
  }

  get code(): FailureCode | undefined {
    return this.failure.code;
  }

  /** In the language of the page. */
  get words(): string {
    const { failures } = text();
    return this.code === undefined ? failures.noAnswer : failures[this.code];
  }
}

type Answer<K extends RouteName> = AnswerOf<K> extends Uint8Array ? Blob : AnswerOf<K>;

interface Asked<K extends RouteName> {
  params?: ParamsOf<K>;
  body?: BodyOf<K> extends Uint8Array ? Blob : BodyOf<K>;
  headers?: Record<string, string>;
}

/**
 * Asks a route of the server.
 * @throws Refused
 */
export async function ask<K extends RouteName>(route: K, asked: Asked<K> = {}): Promise<Answer<K>> {
  const { params = {}, body, headers } = asked;
  const [method = "", pattern = ""] = route.split(" ");
  const path = pattern.replace(/:(\w+)/g, (_, name: string) =>
    encodeURIComponent(String((params as Record<string, unknown>)[name])),
  );
  const binary = (body as unknown) instanceof Blob;
  const type =
    body === undefined ? {} : { "content-type": binary ? "application/octet-stream" : "application/json" };
  const answer = await fetch(path, {
    method,
    headers: { ...type, ...headers },
    ...(body !== undefined && { body: binary ? (body as unknown as Blob) : JSON.stringify(body) }),
  }).catch(() => null);
  if (answer === null) throw new Refused({});
  if (!answer.ok) {
    if (answer.status === 401) sessionOver();
    throw new Refused((await answer.json().catch(() => ({}))) as Partial<Failure>);
  }
  if (answer.status === 204) return undefined as Answer<K>;
  const json = answer.headers.get("content-type")?.includes("json");
  return (json ? answer.json() : answer.blob()) as Promise<Answer<K>>;
}

export function wordsOf(error: unknown): string {
  return error instanceof Refused ? error.words : String(error);
}
