/** Percent at which a battery that runs down is told, each once, by the hat and on its page. */
export const batterySteps = [25, 10, 5];
