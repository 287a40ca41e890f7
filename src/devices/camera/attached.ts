import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A camera that the kernel knows. */
export interface AttachedCamera {
  /** Such as "/dev/video0". */
  device: string;
  /** As its driver calls it. */
  name: string;
  /** `ribbon`: on a Pi's camera connector, which its own programs read; `v4l2`: any other, such as on USB. */
  kind: "ribbon" | "v4l2";
}

const ribbon = /^(unicam|rp1-cfe)/;
/** Parts of a Pi that turn pictures into others, and are no cameras. */
const noCamera = /^(bcm2835-(codec|isp)|bcm2711|rpi-hevc|rpivid|pispbe|.*-(out|tch|sdr|radio|vbi|meta))/;

/** Cameras by what the kernel says of them; none is opened. @param root where /sys lies, for tests */
export function attachedCameras(root = "/"): AttachedCamera[] {
  const folder = join(root, "sys/class/video4linux");
  let nodes: string[];
  try {
    nodes = readdirSync(folder).filter((node) => /^video\d+$/.test(node));
  } catch {
    return [];
  }
  const found = nodes
    .toSorted((a, b) => Number(a.slice(5)) - Number(b.slice(5)))
    .map((node) => ({
      node,
      name: read(join(folder, node, "name")),
      index: read(join(folder, node, "index")),
    }))
    // A camera has further nodes, for what it says about its pictures.
    .filter(({ name, index }) => !noCamera.test(name) && (index === "0" || index === ""));
  return found.map(({ node, name }) => ({
    device: `/dev/${node}`,
    name,
    kind: ribbon.test(name) ? "ribbon" : "v4l2",
  }));
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    return "";
  }
}
