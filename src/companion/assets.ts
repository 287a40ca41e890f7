import { readFile } from "node:fs/promises";
import { BrimError, messageOf } from "../base/errors.ts";

export interface Asset {
  type: string;
  body: Buffer;
}

/** The page's files, as `vite build` makes them. None of them tells anything about the hat. */
const files = {
  "index.html": "text/html; charset=utf-8",
  "enter.html": "text/html; charset=utf-8",
  "page.js": "text/javascript; charset=utf-8",
  "enter.js": "text/javascript; charset=utf-8",
  "shared.js": "text/javascript; charset=utf-8",
  "worker.js": "text/javascript; charset=utf-8",
  "style.css": "text/css; charset=utf-8",
  "icon.svg": "image/svg+xml",
  "manifest.webmanifest": "application/manifest+json",
} as const;

export type AssetName = keyof typeof files;

/** Where they lie: beside the compiled server; a server that runs from source takes those that were built last. */
export const pageFolder = new URL(
  import.meta.url.endsWith(".ts") ? "../../dist/companion/page/" : "./page/",
  import.meta.url,
);

/**
 * Reads the page's files, which are few and small, into memory.
 * @throws BrimError STORAGE when the page was not built
 */
export async function loadAssets(): Promise<Record<AssetName, Asset>> {
  const entries = Object.entries(files).map(async ([name, type]) => {
    const body = await readFile(new URL(name, pageFolder)).catch((error) => {
      throw new BrimError("STORAGE", `the page was not built (${messageOf(error)}): npm run build`);
    });
    return [name, { type, body }] as const;
  });
  return Object.fromEntries(await Promise.all(entries)) as Record<AssetName, Asset>;
}

/**
 * Sent with every answer: nothing from elsewhere, nothing inline, no frame, no trace of the token.
 * @param hosts names with port by which the page may be asked for
 * @param secure whether over TLS
 */
export function securityHeaders(hosts: readonly string[], secure = false): Record<string, string> {
  // A policy knows no address in brackets; what browsers there are with IPv6 take 'self' to include WebSockets.
  const sockets = hosts
    .filter((host) => !host.startsWith("["))
    .map((host) => `${secure ? "wss" : "ws"}://${host}`);
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' blob:",
    "media-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    // Some browsers do not take 'self' to include WebSockets.
    `connect-src 'self' ${sockets.join(" ")}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ];
  return {
    "content-security-policy": policy.join("; "),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
  };
}
