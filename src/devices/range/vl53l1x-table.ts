/**
 * The VL53L1X's configuration from 0x2D to 0x87, as ST's drivers set it; names are those of ST's register map (UM2510 and
 * the register list of the VL53L1 API). Long distance mode, a timing budget of 100 ms; both are set again afterwards.
 */
export const vl53l1xTable: readonly (readonly [register: number, ...bytes: number[]])[] = [
  [0x2d, 0x00], // pads: I2C up to 400 kHz
  [0x2e, 0x01], // I2C is pulled up to AVDD, as on every board with a regulator, not to 1.8 V
  [0x2f, 0x01], // so is the interrupt pin
  [0x30, 0x01], // interrupt active high: bit 0 of 0x31 is 1 when a reading is ready
  [0x31, 0x02, 0x00], // state of the interrupt pin
  [0x33, 0x02], // analogue: pulse width of the SPADs
  [0x34, 0x08, 0x00], // offset of the laser's pulse width; fast oscillator
  [0x36, 0x08, 0x10, 0x01], // sigma estimator: pulse width 8 ns, ambient width 16 ns, reference 1 mm
  [0x39, 0x01], // crosstalk is compensated from 1 mm
  [0x3a, 0x00, 0x00, 0x00, 0x00], // spare; no threshold for ignoring ranges
  [0x3e, 0xff, 0x00, 0x0f], // height up to which ranges may be ignored; no clipping; tolerance of consistency
  [0x41, 0x00, 0x00, 0x00, 0x00, 0x00], // stages of reset, divider of the stream counter
  [0x46, 0x20], // interrupt at each new reading
  [0x47, 0x0b, 0x00, 0x00], // calibration: start of the laser's pulse, never repeated
  [0x4a, 0x02], // width of the laser's pulse
  [0x4b, 0x0a, 0x21, 0x00, 0x00], // phase calibration: time-out (long mode), target, no override
  [0x4f, 0x05], // SPADs are selected by the chip itself (DSS)
  [0x50, 0x00, 0x00, 0x00, 0x00], // no thresholds of rate
  [0x54, 0xc8, 0x00, 0x00, 0x38], // DSS: 200 SPADs by hand, no block, attenuation of the aperture
  [0x58, 0xff, 0x01], // DSS: 255 SPADs at most, 1 at least
  [0x5a, 0x00, 0x08, 0x00, 0x00], // time-outs of the crosstalk monitor
  [0x5e, 0x01, 0xcc, 0x0f], // range A: time-out (timing budget), laser period (long mode)
  [0x61, 0x01, 0xf1, 0x0d], // range B: the same
  [0x64, 0x01, 0x68], // sigma above 90 mm is no reading (14.2 bits)
  [0x66, 0x00, 0x80], // fewer than 1 Mcps are no echo (9.7 bits)
  [0x68, 0x08, 0xb8, 0x00, 0x00], // valid phases: low, high (long mode)
  [0x6c, 0x00, 0x00, 0x0f, 0x89], // time from one reading to the next, in its own clock
  [0x70, 0x00, 0x00], // fractional part of the range: off
  [0x72, 0x00, 0x00, 0x00, 0x00], // thresholds of distance: none
  [0x76, 0x00, 0x01], // no crosstalk by quadrant; seed
  [0x78, 0x0f, 0x0d, 0x0e, 0x0e], // windows and first phases of ranges A and B (long mode)
  [0x7c, 0x00, 0x00, 0x02], // no parameter held; order and quantifier
  [0x7f, 0xc7, 0xff], // region of interest: centre, 16 by 16 SPADs
  [0x81, 0x9b], // sequence: VHV, phase calibration, DSS 1 and 2, range
  [0x82, 0x00, 0x00, 0x00], // grouped parameters, power, stream counter
  [0x85, 0x01], // firmware on
  [0x86, 0x00], // interrupt not cleared
  [0x87, 0x00], // not ranging
];

export interface DistanceMode {
  /** Registers that make the mode. */
  table: readonly (readonly [register: number, ...bytes: number[]])[];
  /** Time-outs of ranges A and B for each timing budget in ms. */
  budgets: readonly (readonly [ms: number, a: number, b: number])[];
  /** Reach in the dark and in strong ambient light: DS12385, "Maximum distance vs. distance mode under ambient light". */
  darkMetres: number;
  lightMetres: number;
}

/** That table was measured at 200 kcps a SPAD, on a white target (88 %), with a timing budget of 100 ms. */
export const strongLightKcps = 200;
export const reachBudgetMs = 100;

export const longMode: DistanceMode = {
  table: [
    [0x4b, 0x0a], // time-out of the phase calibration
    [0x60, 0x0f], // laser period of range A
    [0x63, 0x0d], // and B
    [0x69, 0xb8], // highest valid phase
    [0x78, 0x0f, 0x0d], // windows
    [0x7a, 0x0e, 0x0e], // first phases
  ],
  budgets: [
    [20, 0x001e, 0x0022],
    [33, 0x0060, 0x006e],
    [50, 0x00ad, 0x00c6],
    [100, 0x01cc, 0x01ea],
  ],
  darkMetres: 3.6,
  lightMetres: 0.73,
};

export const shortMode: DistanceMode = {
  table: [
    [0x4b, 0x14],
    [0x60, 0x07],
    [0x63, 0x05],
    [0x69, 0x38],
    [0x78, 0x07, 0x05],
    [0x7a, 0x06, 0x06],
  ],
  budgets: [
    [20, 0x0051, 0x006e],
    [33, 0x00d6, 0x006e],
    [50, 0x01ae, 0x01e8],
    [100, 0x02e1, 0x0388],
  ],
  darkMetres: 1.36,
  lightMetres: 1.35,
};
