import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Agreement } from "../../src/memory/agreement.ts";
import type { Match } from "../../src/memory/types.ts";

const sure = (id: string): Match => ({ id, similarity: 0.6, sure: true });
const perhaps = (id: string): Match => ({ id, similarity: 0.4, sure: false });

/** What is said after each of these looks, five a second. */
function looks(...matches: (Match | null)[]): string[] {
  const agreement = new Agreement();
  return matches.map((match, i) => {
    const verdict = agreement.look(1, i * 200, match);
    return verdict === null ? "-" : `${verdict.sure ? "" : "perhaps "}${verdict.id}`;
  });
}

describe("a face that comes nearer", () => {
  it("is named when three looks agree, not before", () => {
    expect(looks(sure("Ana"), sure("Ana"), sure("Ana"))).toEqual(["-", "-", "Ana"]);
    expect(looks(sure("Ana"), null, sure("Ana"), null, sure("Ana"))).toEqual(["-", "-", "-", "-", "Ana"]);
  });

  it("is perhaps Ana while looks are doubtful, and Ana once they are not", () => {
    const doubtful = [perhaps("Ana"), perhaps("Ana"), sure("Ana")];
    expect(looks(...doubtful, sure("Ana"), sure("Ana"))).toEqual([
      "-",
      "-",
      "perhaps Ana",
      "perhaps Ana",
      "Ana",
    ]);
  });

  it("keeps its name through a turn of the head, and loses it when it is another's", () => {
    const ana = [sure("Ana"), sure("Ana"), sure("Ana")];
    expect(looks(...ana, null, null).at(-1)).toBe("Ana");
    expect(looks(...ana, null, null, null).at(-1)).toBe("-");
    expect(looks(...ana, sure("Ben"), sure("Ben")).at(-1)).toBe("Ana");
    expect(looks(...ana, sure("Ben"), sure("Ben"), sure("Ben")).at(-1)).toBe("Ben");
    expect(looks(...ana, perhaps("Ana"), perhaps("Ana")).at(-1)).toBe("Ana");
    expect(looks(...ana, ...Array(5).fill(perhaps("Ana"))).at(-1)).toBe("perhaps Ana");
  });

  it("is never given a name by fewer than three agreeing looks, however they come", () => {
    const match = fc.constantFrom(null, sure("Ana"), sure("Ben"), perhaps("Ana"), perhaps("Ben"));
    fc.assert(
      fc.property(fc.array(fc.record({ match, pause: fc.integer({ min: 1, max: 4_000 }) })), (all) => {
        const agreement = new Agreement();
        let at = 0;
        const counts = new Map<string, number>();
        const sures = new Map<string, number>();
        for (const { match, pause } of all) {
          at += pause;
          if (match) {
            counts.set(match.id, (counts.get(match.id) ?? 0) + 1);
            if (match.sure) sures.set(match.id, (sures.get(match.id) ?? 0) + 1);
          }
          const verdict = agreement.look(1, at, match);
          if (verdict === null) continue;
          expect(counts.get(verdict.id) ?? 0).toBeGreaterThanOrEqual(3);
          if (verdict.sure) expect(sures.get(verdict.id) ?? 0).toBeGreaterThanOrEqual(3);
        }
      }),
    );
  });

  it("is another one on another track, and after a long absence", () => {
    const agreement = new Agreement();
    for (let i = 0; i < 3; i++) agreement.look(1, i * 200, sure("Ana"));
    expect(agreement.look(2, 600, sure("Ana"))).toBeNull();
    expect(agreement.verdict(1)).toEqual({ id: "Ana", sure: true });
    expect(agreement.look(1, 100_000, sure("Ben"))).toBeNull();
    expect(agreement.verdict(2)).toBeNull();
  });

  it("whose name has just been learned is known at once, and forgotten when it is undone", () => {
    const agreement = new Agreement();
    agreement.learned(1, 0, "Ana");
    expect(agreement.verdict(1)).toEqual({ id: "Ana", sure: true });
    expect(agreement.look(1, 200, null)).toEqual({ id: "Ana", sure: true });
    agreement.forget("Ana");
    expect(agreement.verdict(1)).toBeNull();
    expect(agreement.look(1, 400, sure("Ben"))).toBeNull();
    agreement.end(1);
    expect(agreement.size).toBe(0);
  });
});
