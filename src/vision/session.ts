import "./no-telemetry.ts";

import { InferenceSession, Tensor as OrtTensor } from "onnxruntime-node";
import { BrimError, messageOf } from "../base/errors.ts";

/** Numbers with a shape, row-major. The data is used as it is, not copied. */
export interface Tensor {
  data: Float32Array | Uint8Array | BigInt64Array;
  shape: readonly number[];
}

/** An input or output: a size that is only known at run time is a string. */
export interface TensorInfo {
  name: string;
  type: string;
  shape: readonly (number | string)[];
}

/** A loaded model. One run at a time; `run` blocks the event loop for as long as the model works. */
export interface Session {
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
  /**
   * Runs the model and returns the outputs that are named, or all.
   * @throws BrimError MODEL when the inputs do not fit
   */
  run<Name extends string>(
    feeds: Record<string, Tensor>,
    outputs?: readonly Name[],
  ): Promise<Record<Name, Tensor>>;
  /** Gives the model's memory back. */
  dispose(): Promise<void>;
}

export interface SessionOptions {
  /** Threads that one run may use. */
  threads: number;
  /** Keeps memory for the next run (the default). Without, a run is a little slower and gives back what it took. */
  arena?: boolean;
  /**
   * Each run writes its outputs where the last one wrote them, so that none takes new memory: they hold until the next run.
   * Only for models whose outputs have fixed sizes, and of which all outputs are asked for.
   */
  sameOutputs?: boolean;
}

/**
 * Loads an ONNX model, from a file or from its bytes.
 * @throws BrimError MODEL when it is missing, damaged or needs what onnxruntime does not have
 */
export async function openSession(
  model: string | Uint8Array,
  { threads, arena = true, sameOutputs = false }: SessionOptions,
): Promise<Session> {
  const name = typeof model === "string" ? model : "model";
  const options: InferenceSession.SessionOptions = {
    executionProviders: ["cpu"],
    executionMode: "sequential",
    enableCpuMemArena: arena,
    enableMemPattern: arena,
    graphOptimizationLevel: "all",
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
    extra: {
      session: {
        // Idle threads sleep: spinning would take the cores that guard and speech need.
        "intra_op.allow_spinning": "0",
        // Denormal numbers are slow and mean nothing here.
        set_denormal_as_zero: "1",
      },
    },
  };
  let session: InferenceSession;
  try {
    session =
      typeof model === "string"
        ? await InferenceSession.create(model, options)
        : await InferenceSession.create(model, options);
  } catch (error) {
    throw new BrimError("MODEL", `${name} cannot be loaded: ${messageOf(error)}`, { cause: error });
  }
  let kept: InferenceSession.OnnxValueMapType | null = null;
  return {
    inputs: session.inputMetadata.map(infoOf),
    outputs: session.outputMetadata.map(infoOf),
    async run<Name extends string>(feeds: Record<string, Tensor>, outputs?: readonly Name[]) {
      try {
        const values = await session.run(toOrt(feeds), kept ?? outputs ?? session.outputNames);
        if (sameOutputs) kept = values;
        return fromOrt(values) as Record<Name, Tensor>;
      } catch (error) {
        throw new BrimError("MODEL", `${name} failed: ${messageOf(error)}`, { cause: error });
      }
    },
    dispose: () => session.release(),
  };
}

function infoOf(metadata: InferenceSession.ValueMetadata): TensorInfo {
  return metadata.isTensor
    ? { name: metadata.name, type: metadata.type, shape: metadata.shape }
    : { name: metadata.name, type: "not a tensor", shape: [] };
}

function toOrt(feeds: Record<string, Tensor>): Record<string, OrtTensor> {
  const values: Record<string, OrtTensor> = {};
  for (const [name, { data, shape }] of Object.entries(feeds)) {
    if (data instanceof Float32Array) values[name] = new OrtTensor("float32", data, shape);
    else if (data instanceof Uint8Array) values[name] = new OrtTensor("uint8", data, shape);
    else values[name] = new OrtTensor("int64", data, shape);
  }
  return values;
}

function fromOrt(values: InferenceSession.OnnxValueMapType): Record<string, Tensor> {
  const outputs: Record<string, Tensor> = {};
  for (const [name, value] of Object.entries(values)) {
    outputs[name] = { data: value.data as Tensor["data"], shape: value.dims };
  }
  return outputs;
}
