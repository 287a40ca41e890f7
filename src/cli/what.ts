import { recogniseCommand } from "./recognise.ts";

export const command = recogniseCommand(
  "thing",
  `usage: brim what FILE… [--json]

Says which remembered thing is held or at the centre of photos.

  --json   one line of JSON a file: {"file","name","sure","similarity","box"}; sure false is "perhaps", name null is
           nothing known, box null is nothing that stands out`,
);
