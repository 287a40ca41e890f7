import { BrimError, nearest } from "../base/errors.ts";

/** The drivers of one kind of device by name; a driver's code is loaded only when it is chosen. */
export type Drivers<Options, Device> = Record<string, (options: Options) => Promise<Device>>;

/**
 * Makes the device that the configuration asks for.
 * @throws BrimError CONFIG for an unknown name, listing the valid ones
 */
export async function createDevice<Options, Device>(
  kind: string,
  name: string,
  drivers: Drivers<Options, Device>,
  options: Options,
): Promise<Device> {
  const create = Object.hasOwn(drivers, name) ? drivers[name] : undefined;
  if (create !== undefined) return create(options);
  const names = Object.keys(drivers);
  const near = nearest(name, names);
  throw new BrimError(
    "CONFIG",
    `${kind}.driver = "${name}": there is no such driver; valid: ${names.join(", ")}${near ? `; did you mean ${near}?` : ""}`,
  );
}
