import { BrimError, messageOf } from "../../base/errors.ts";
import { isNoAnswer } from "../i2c.ts";

/** What fails on the bus as one line that names the chip. */
export async function explained<T>(chip: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof BrimError) throw error;
    const why = isNoAnswer(error) ? "it does not answer: check its wires" : messageOf(error);
    throw new BrimError("DEVICE", `${chip}: ${why}`, { cause: error });
  }
}
