import { recogniseCommand } from "./recognise.ts";

export const command = recogniseCommand(
  "person",
  `usage: brim who FILE… [--json]

Says who is in photos, of those that were remembered.

  --json   one line of JSON a file: {"file","name","sure","similarity","box"}: the best match of all faces; sure false
           is "perhaps", name null is nobody known, box null is no face`,
);
