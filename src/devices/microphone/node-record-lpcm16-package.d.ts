/** What is used of the package, which brings no types. */
declare module "node-record-lpcm16" {
  import type { ChildProcess } from "node:child_process";
  import type { Readable } from "node:stream";

  export interface Recording {
    readonly process: ChildProcess;
    stream(): Readable;
  }
  const recorder: {
    record(options: {
      /** Which of its recorders: "arecord", "sox", "rec". */
      recorder: string;
      sampleRate: number;
      channels: number;
      audioType: string;
      device?: string;
    }): Recording;
  };
  export default recorder;
}
