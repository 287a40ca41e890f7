import type { Config } from "../base/config.ts";
import { BrimError } from "../base/errors.ts";

/** The same configuration with every device replaced by its simulated driver. */
export function simulatedConfig(config: Config): Config {
  return {
    ...config,
    range: config.range.map((range) => ({ ...range, driver: "simulated" })),
    imu: { ...config.imu, driver: config.imu.driver === "none" ? "none" : "simulated" },
    buzzer: { ...config.buzzer, driver: "simulated" },
    button: { ...config.button, driver: "simulated" },
    camera: { ...config.camera, driver: "simulated" },
    power: { ...config.power, driver: config.power.driver === "auto" ? "simulated" : config.power.driver },
    microphone: {
      ...config.microphone,
      driver: config.microphone.driver === "auto" ? "simulated" : config.microphone.driver,
    },
  };
}

/**
 * A hat on somebody's head must not warn of a simulated wall, or tell of a simulated person.
 * @throws BrimError CONFIG when a real hat would run on a simulated sensor
 */
export function assertReal(config: Config): void {
  const sensors = {
    range: config.range.map(({ driver }) => driver),
    buzzer: [config.buzzer.driver],
    button: [config.button.driver],
    camera: [config.camera.driver],
  };
  for (const [kind, drivers] of Object.entries(sensors)) {
    if (drivers.includes("simulated")) {
      throw new BrimError(
        "CONFIG",
        `${kind}.driver is "simulated": configure the hat's own devices, or try it without hardware with --simulate`,
      );
    }
  }
}
