import type { z } from "zod";
import { BrimError, messageOf } from "./errors.ts";
import { keepHeapSmall } from "./small-heap.ts";

/**
 * Runs one of Brim's processes with the options in its one argument, a JSON object, and exits: 0 when it ended as it
 * should, 1 after a BrimError, with one line on stderr.
 */
export async function runProcess<T>(
  name: string,
  schema: z.ZodType<T>,
  run: (options: T) => Promise<void>,
): Promise<never> {
  keepHeapSmall();
  process.title = `brim-${name}`;
  try {
    await run(parseArgument(name, schema));
  } catch (error) {
    const known = error instanceof BrimError;
    process.stderr.write(`brim ${name}: ${known ? "" : "unexpected: "}${messageOf(error)}\n`);
    process.exit(1);
  }
  process.exit(0);
}

function parseArgument<T>(name: string, schema: z.ZodType<T>): T {
  const text = process.argv[2];
  try {
    return schema.parse(JSON.parse(text ?? ""));
  } catch (error) {
    throw new BrimError(
      "INPUT",
      `this is a part of Brim that \`brim start\` runs; alone it is \`brim ${name}\``,
      {
        cause: error,
      },
    );
  }
}
