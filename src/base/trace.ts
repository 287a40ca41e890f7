import { z } from "zod";
import { BrimError } from "./errors.ts";

/**
 * Recorded sensor logs: one JSON object a line, times in ms, as `brim guard --replay` and the scripted range finder
 * read them.
 */
const traceLineSchema = z
  .strictObject({
    t: z.number().finite(),
    metres: z.number().optional(),
    noEcho: z.literal(true).optional(),
    fault: z.string().min(1).optional(),
    /** Rate of turn of the head, degrees a second. */
    yaw: z.number().finite().optional(),
    /** Metres that the sensor can still see in this light. */
    reach: z.number().min(0).optional(),
    /** The sensor's own counter or signal strength. */
    signal: z.number().finite().optional(),
  })
  .refine(
    (line) =>
      Number(line.metres !== undefined) + Number(line.noEcho ?? 0) + Number(line.fault !== undefined) <= 1,
    {
      message: "only one of metres, noEcho and fault",
    },
  )
  .refine(
    (line) => line.metres !== undefined || line.noEcho || line.fault !== undefined || line.yaw !== undefined,
    {
      message: "one of metres, noEcho, fault or yaw is needed",
    },
  );

export type TraceLine = z.output<typeof traceLineSchema>;

/**
 * Parses one line of a trace.
 * @param where file and line number, for the message
 * @throws BrimError INPUT that says what is wrong with the line
 */
export function parseTraceLine(text: string, where: string): TraceLine {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new BrimError("INPUT", `${where}: not JSON`, { cause: error });
  }
  const result = traceLineSchema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const at = issue?.path.join(".");
  throw new BrimError("INPUT", `${where}: ${at ? `${at}: ` : ""}${issue?.message}`);
}
