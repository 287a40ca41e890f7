import { z } from "zod";
import { path } from "./path.ts";

/** The settings of the guard's devices: in the configuration, and in what the guard is told when it starts. */

const pin = z.number().int().min(0).max(511);
const flag = z.union([z.boolean(), z.stringbool()]);
const bus = z.number().int().min(0).max(255).default(1);
const address = z.number().int().min(0x08).max(0x77).optional();

export const gpioSchema = z.strictObject({
  /** The GPIO chip by its label, such as "pinctrl-bcm2711"; "auto" finds that of a Pi. Pins are its line numbers. */
  chip: z.string().min(1).default("auto"),
});

export const rangeSchema = z.strictObject({
  driver: z.string().default("simulated"),
  name: z.string().min(1).default("front"),
  /** For the simulated driver: a recorded trace to play (the format of `brim guard --replay`). */
  script: path.optional(),
  /** Number of the I2C bus. */
  bus,
  /** I2C address, where it is not the chip's usual one. */
  address,
  /** Readings a second. */
  rate: z.number().min(5).max(50).default(25),
  /** GPIO on the chip's XSHUT, for several of ST's on a bus: each is woken in turn and given its `address`, which is not 0x29. */
  xshut: pin.optional(),
  /** HC-SR04: GPIOs of its two pins. */
  trigger: pin.optional(),
  echo: pin.optional(),
  /** Kernel IIO: the device's name, such as "vl53l0x"; without it, the first that measures distance. */
  device: z.string().min(1).optional(),
});

export const imuSchema = z.strictObject({
  driver: z.string().default("none"),
  bus,
  address,
});

export const buzzerSchema = z.strictObject({
  /** "auto" takes the pin by what the kernel offers, and PWM for a passive buzzer. */
  driver: z.string().default("auto"),
  /** An active buzzer sounds when it has power, a passive one needs a tone, a motor shakes. */
  kind: z.enum(["active", "passive", "motor"]).default("active"),
  pin: pin.default(18),
  /** The pin sounds when it is low. */
  active_low: flag.default(false),
  /** For a passive buzzer: its tone in Hz, and which PWM makes it. */
  frequency: z.number().min(100).max(10_000).default(2700),
  pwm_chip: z.number().int().min(0).max(31).default(0),
  pwm_channel: z.number().int().min(0).max(15).default(0),
});

export const buttonSchema = z.strictObject({
  /** "auto" takes the input device that `device` names, else the pin by what the kernel offers. */
  driver: z.string().default("auto"),
  /** Longest pause between the clicks of one gesture, in ms. */
  gap_ms: z.number().int().min(250).max(800).default(350),
  pin: pin.default(17),
  /** The pin is low while the button is pressed: it is wired to ground. */
  active_low: flag.default(true),
  /** For evdev: part of the name of a headset or remote control, or the path of its /dev/input/event file. */
  device: z.string().min(1).optional(),
  /** For evdev: nobody else gets its key presses. */
  grab: flag.default(true),
});

export type GpioConfig = z.output<typeof gpioSchema>;
export type RangeConfig = z.output<typeof rangeSchema>;
export type ImuConfig = z.output<typeof imuSchema>;
export type BuzzerConfig = z.output<typeof buzzerSchema>;
export type ButtonConfig = z.output<typeof buttonSchema>;
