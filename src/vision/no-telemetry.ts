/**
 * ONNX Runtime reports its use to its makers, and keeps an identity for that on the disk, unless this is set before
 * its library is loaded. Nothing leaves the hat unasked: import this file before the runtime.
 */
process.env.ORT_DISABLE_TELEMETRY = "1";
