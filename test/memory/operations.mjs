// What the writer of kills.test.ts does, and what must be in its file after each step. Plain JavaScript, for it runs in
// a process of its own.

/** Numbers from 0 to 1 that belong to a step (mulberry32). */
export function randomOf(step) {
  let state = step * 2654435761;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function views(step, count) {
  const random = randomOf(step + 0.5);
  return Array.from({ length: count }, () => {
    const vector = Float32Array.from({ length: 512 }, () => random() - 0.5);
    const length = Math.hypot(...vector);
    return { model: "face-embed@0123456789ab", embedding: vector.map((value) => value / length), quality: 1 };
  });
}

export const clipOf = (step) => Buffer.alloc(20_000, `spoken name ${step} `);

/** The step after those that have led to `entries` (name → what is known of it). */
export function operation(step, entries) {
  const random = randomOf(step);
  const names = [...entries.keys()];
  const dice = names.length === 0 ? 0 : names.length > 40 ? 1 : random();
  const name = names[Math.floor(random() * names.length)];
  if (dice < 0.4) return { do: "remember", name: `p${step}`, views: 1 + (step % 4), clip: step % 2 === 0 };
  if (dice < 0.6) return { do: "add", name };
  if (dice < 0.75) return { do: "rename", name, to: `p${step}` };
  if (dice < 0.85) return { do: "clip", name };
  return { do: "forget", name };
}

/** What must be remembered after so many steps: name → [views, clip's step or null]. */
export function after(steps) {
  const entries = new Map();
  for (let step = 0; step < steps; step++) {
    const act = operation(step, entries);
    const known = entries.get(act.name);
    if (act.do === "remember") entries.set(act.name, [act.views, act.clip ? step : null]);
    else if (act.do === "add") known[0] = Math.min(8, known[0] + 1);
    else if (act.do === "clip") known[1] = step;
    else {
      entries.delete(act.name);
      if (act.do === "rename") entries.set(act.to, known);
    }
  }
  return entries;
}
