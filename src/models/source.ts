import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { BrimError, messageOf, systemCode } from "../base/errors.ts";
import type { Source } from "./manifest.ts";

/** Fetches one npm package as a .tgz into `folder`. */
export type Fetch = (spec: string, folder: string, signal: AbortSignal) => Promise<void>;

export interface FetchOptions {
  cache: string;
  signal: AbortSignal;
  /** Told what is being done, a line each. */
  say(line: string): void;
  /** Replaced in tests. */
  fetch?: Fetch;
}

/** Where fetched packages are kept: BRIM_CACHE_DIR, else ~/.cache/brim. */
export function cacheFolder(env: NodeJS.ProcessEnv): string {
  return env.BRIM_CACHE_DIR || join(env.XDG_CACHE_HOME || join(homedir(), ".cache"), "brim");
}

/**
 * The tarball of a source: from the cache where it is there and whole, else fetched.
 * @throws BrimError INPUT when it cannot be fetched, or what comes is not what the manifest promises
 */
export async function fetchSource(source: Source, options: FetchOptions): Promise<Uint8Array> {
  const spec = `${source.package}@${source.version}`;
  const path = join(options.cache, tarballName(source));
  if (existsSync(path)) {
    const cached = await readFile(path);
    if (integrityOf(cached) === source.integrity) return cached;
    options.say(`${path} is damaged: fetching it again`);
    await rm(path, { force: true });
  }
  options.say(`fetching ${spec} (${Math.ceil(source.bytes / 1e6)} MB)`);
  await download(spec, path, options);
  const fetched = await readFile(path);
  if (integrityOf(fetched) === source.integrity) return fetched;
  await rm(path, { force: true });
  throw new BrimError("INPUT", `${spec} is not what models/manifest.json promises: its sha512 differs`);
}

/** The name that npm gives to a package's tarball. */
export function tarballName(source: Source): string {
  return `${source.package.replace(/^@/, "").replace("/", "-")}-${source.version}.tgz`;
}

function integrityOf(bytes: Uint8Array): string {
  return `sha512-${createHash("sha512").update(bytes).digest("base64")}`;
}

/** Fetches into a folder of its own and renames, so that the cache never holds half a file. */
async function download(spec: string, path: string, { cache, signal, fetch }: FetchOptions): Promise<void> {
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, "fetching-"));
  try {
    await (fetch ?? npmPack)(spec, folder, signal);
    const [name] = (await readdir(folder)).filter((file) => file.endsWith(".tgz"));
    if (name === undefined) throw new Error("npm pack left no file");
    await rename(join(folder, name), path);
  } catch (error) {
    signal.throwIfAborted();
    throw new BrimError(
      "INPUT",
      `${spec} cannot be fetched (${messageOf(error)}): connect to the npm registry and run \`brim models build\` ` +
        `again, or put its tarball at ${path}`,
      { cause: error },
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const execute = promisify(execFile);

const npmPack: Fetch = async (spec, folder, signal) => {
  // Run in the new folder, where no project's settings change what npm does.
  const args = ["pack", spec, "--ignore-scripts", "--loglevel=error", "--pack-destination", folder];
  try {
    await execute("npm", args, { cwd: folder, signal });
  } catch (error) {
    if (systemCode(error) === "ENOENT") throw new Error("npm is not installed", { cause: error });
    const stderr = (error as { stderr?: unknown }).stderr;
    const reason = /npm error (?!code|errno|syscall|type|A complete)(.+)/.exec(String(stderr))?.[1];
    throw new Error(reason ?? messageOf(error), { cause: error });
  }
};
