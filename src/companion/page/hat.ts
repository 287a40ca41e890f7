import type { FromPage, ToPage } from "../messages.ts";
import type { PageState } from "../state.ts";
import { Store, useStore } from "./store.ts";

/** `over`: this phone is not paired, or no longer. */
export type Connection = "connecting" | "on" | "lost" | "over";

export interface Hat {
  connection: Connection;
  /** The latest value of each key that has come; kept while the connection is lost. */
  state: Partial<PageState>;
  you: Extract<ToPage, { type: "you" }> | null;
}

export const hat = new Store<Hat>({ connection: "connecting", state: {}, you: null });

export function useHat<P>(select: (hat: Hat) => P): P {
  return useStore(hat, select);
}

export function useHatState<K extends keyof PageState>(key: K): PageState[K] | undefined {
  return useHat(({ state }) => state[key]);
}

/** Whether this phone may do what is kept for the wearer where no right is given. */
export function useMay(right: "speech" | "pause" | "export" | "delete_all"): boolean {
  return useHat(({ you }) => you === null || you.phone.role === "wearer" || you.may.includes(right));
}

type Plain = "around" | "read" | "repeat" | "hush";

type Listener = (message: Exclude<ToPage, { type: "state" | "you" }>) => void;
const listeners = new Set<Listener>();

/** Follows what is neither state nor who we are; returns how to stop. */
export function onMessage(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

const firstPauseMs = 1_000;
const longestPauseMs = 10_000;

let socket: WebSocket | null = null;
let pause = firstPauseMs;

/** Sends what a person asks, or a frame; false while there is no connection. */
export function send(message: FromPage | { type: FromPage["type"] & Plain } | Blob): boolean {
  if (socket?.readyState !== WebSocket.OPEN) return false;
  socket.send(message instanceof Blob ? message : JSON.stringify(message));
  return true;
}

/** Follows the hat for as long as the page is open. */
export function connect(): void {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const mine = new WebSocket(`${scheme}://${location.host}/socket`);
  socket = mine;
  mine.onmessage = ({ data }) => take(JSON.parse(data) as ToPage);
  mine.onclose = () => void lost();
}

/** The session is over: the page that lets in is at "/". */
export function sessionOver(): void {
  hat.set({ ...hat.value, connection: "over" });
}

function take(message: ToPage): void {
  switch (message.type) {
    case "state":
      pause = firstPauseMs;
      hat.set({ ...hat.value, connection: "on", state: { ...hat.value.state, ...message.state } });
      break;
    case "you":
      hat.set({ ...hat.value, you: message });
      break;
    default:
      for (const listener of listeners) listener(message);
  }
}

async function lost(): Promise<void> {
  hat.set({ ...hat.value, connection: "lost" });
  const answer = await fetch("/page.js", { method: "HEAD", cache: "no-store" }).catch(() => null);
  if (answer?.status === 401) sessionOver();
  setTimeout(connect, pause);
  pause = Math.min(pause * 2, longestPauseMs);
}
