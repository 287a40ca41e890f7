import { systemClock } from "../base/clock.ts";
import { Gallery } from "../memory/gallery.ts";
import { median, randomFrom } from "./stats.ts";

/** Numbers of a face's vector. */
const dimensions = 512;
const asked = 200;
/** Views that a click learns of a face. */
const viewsEach = 3;

/** Takes (f): the median time, in ms, in which a face is matched in a gallery of so many people, of several views each. */
export function timeMatching(people: number, model: string): number {
  const gallery = new Gallery();
  const vectors = unitVectors(people + 1);
  for (let i = 0; i < people; i++) {
    for (let view = 0; view < viewsEach; view++) {
      gallery.add(i * viewsEach + view, "person", String(i), { model, embedding: vectors() });
    }
  }
  const times: number[] = [];
  for (let i = 0; i < asked; i++) {
    const view = { model, embedding: vectors() };
    const begin = systemClock.now();
    gallery.match("person", view);
    times.push(systemClock.now() - begin);
  }
  return median(times);
}

/** Directions spread evenly over the sphere, the same with the same seed. */
export function unitVectors(seed: number): () => Float32Array {
  const uniform = randomFrom(seed);
  return () => {
    const vector = Float32Array.from(
      { length: dimensions },
      () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()),
    );
    const length = Math.hypot(...vector);
    return vector.map((value) => value / length);
  };
}
