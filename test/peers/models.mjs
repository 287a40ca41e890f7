import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";

/** Serves the tfjs model from `folder` on this machine alone, since tfjs fetches its models; returns where. */
export async function serveModels(folder) {
  const server = createServer((request, response) => {
    const name = /^\/(nanodet\.(?:json|bin))$/.exec(request.url ?? "")?.[1];
    if (name === undefined) response.writeHead(404).end();
    else response.end(readFileSync(join(folder, name)));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() };
}
