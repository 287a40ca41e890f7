/** The one form that sound has in Brim: 16-bit signed little-endian mono. */
export const sampleRate = 22_050;
export const bytesPerSample = 2;
export const bytesPerSecond = sampleRate * bytesPerSample;
