import { type ResponseStatus, responseStatuses } from "../protocol.ts";

/** Counts of one gateway, as Prometheus reads them. Nothing in them tells of a hat or a question. */
export class Metrics {
  connections = 0;
  active = 0;
  limited = 0;
  readonly refused = { token: 0, origin: 0, full: 0 };
  readonly #answers: Record<ResponseStatus, number> = {
    completed: 0,
    cancelled: 0,
    failed: 0,
    incomplete: 0,
  };
  readonly #firstWord = { count: 0, ms: 0 };

  answered(status: ResponseStatus): void {
    this.#answers[status]++;
  }

  /** From the question to the first word, in ms. */
  firstWord(ms: number): void {
    this.#firstWord.count++;
    this.#firstWord.ms += ms;
  }

  /** Prometheus's text format, version 0.0.4. */
  get text(): string {
    const { token, origin, full } = this.refused;
    return [
      "# TYPE brim_gateway_connections gauge",
      `brim_gateway_connections ${this.connections}`,
      "# TYPE brim_gateway_active_answers gauge",
      `brim_gateway_active_answers ${this.active}`,
      "# TYPE brim_gateway_answers_total counter",
      ...responseStatuses.map(
        (status) => `brim_gateway_answers_total{status="${status}"} ${this.#answers[status]}`,
      ),
      "# TYPE brim_gateway_refused_total counter",
      `brim_gateway_refused_total{reason="token"} ${token}`,
      `brim_gateway_refused_total{reason="origin"} ${origin}`,
      `brim_gateway_refused_total{reason="full"} ${full}`,
      `brim_gateway_refused_total{reason="rate"} ${this.limited}`,
      "# TYPE brim_gateway_first_word_seconds summary",
      `brim_gateway_first_word_seconds_sum ${this.#firstWord.ms / 1_000}`,
      `brim_gateway_first_word_seconds_count ${this.#firstWord.count}`,
      "# TYPE brim_gateway_resident_memory_bytes gauge",
      `brim_gateway_resident_memory_bytes ${process.memoryUsage.rss()}`,
      "",
    ].join("\n");
  }
}
