import { useCallback, useEffect, useState } from "preact/hooks";
import type { AnswerOf, RouteName } from "../../api.ts";
import { ask, wordsOf } from "../ask.ts";

type Read = Extract<RouteName, `GET ${string}`>;

interface Loaded<T> {
  /** What came last, or null before anything has. */
  value: T | null;
  /** Why nothing came, in words. */
  wrong: string;
  again(): Promise<void>;
  set(value: T): void;
}

/** What a route tells, asked for when the view comes and whenever `stamp` changes. */
export function useLoaded<K extends Read>(route: K, stamp?: unknown): Loaded<AnswerOf<K>> {
  const [value, set] = useState<AnswerOf<K> | null>(null);
  const [wrong, setWrong] = useState("");
  const again = useCallback(async () => {
    try {
      set((await ask(route)) as AnswerOf<K>);
      setWrong("");
    } catch (error) {
      setWrong(wordsOf(error));
    }
  }, [route]);
  useEffect(() => void again(), [again, stamp]);
  return { value, wrong, again, set: (next) => set(() => next) };
}
