import { describe, expect, it } from "vitest";
import { Turns } from "../../src/vision/turns.ts";

const clock = { sleep: () => new Promise<void>((resolve) => setImmediate(resolve)) };

/** Lets everything happen that needs no time. */
async function settle() {
  for (let i = 0; i < 5; i++) await clock.sleep();
}

/** Work on a frame that lasts until it is told to end. */
function work() {
  let end = () => {};
  const done = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { run: () => done, end };
}

describe("Turns: seeing goes before cutting out", () => {
  it("lets a step go at once when no frame is looked at", async () => {
    await new Turns(clock).step();
  });

  it("lets one step between two frames, so that no frame waits for more", async () => {
    const turns = new Turns(clock);
    const order: string[] = [];
    const job = async (name: string) => {
      await turns.step();
      order.push(name);
    };
    const frames = [work(), work()];
    const first = turns.frame(() => frames[0]?.run() ?? Promise.resolve());
    const steps = [job("step 1"), job("step 2")];
    await settle();
    expect(order).toEqual([]);
    frames[0]?.end();
    const second = first.then(() => turns.frame(() => frames[1]?.run() ?? Promise.resolve()));
    await settle();
    expect(order).toEqual(["step 1"]);
    frames[1]?.end();
    await Promise.all([second, ...steps]);
    expect(order).toEqual(["step 1", "step 2"]);
  });

  it("gives the turn on when a frame could not be looked at", async () => {
    const turns = new Turns(clock);
    const broken = turns.frame(async () => {
      await settle();
      throw new Error("no");
    });
    const step = turns.step();
    await expect(broken).rejects.toThrow("no");
    await step;
  });
});
