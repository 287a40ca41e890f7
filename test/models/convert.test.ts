import { describe, expect, test } from "vitest";
import { encodeModel } from "../../src/models/onnx/wire.ts";
import { convertGraph } from "../../src/models/tfjs/convert.ts";
import { floatsFromHalves } from "../../src/models/tfjs/half.ts";
import { readGraphModel } from "../../src/models/tfjs/read.ts";
import { openSession } from "../../src/vision/session.ts";
import { attributes, graphModel, largestDifference, noise, runTfjs, type Weight } from "./tfjs.ts";

const { text, list, float, flag } = attributes;
type Nodes = Parameters<typeof graphModel>[3];

/** Runs a small graph in tfjs and, converted, in onnxruntime; returns how far they differ and the nodes it became. */
async function compare(input: number[], output: number[], weights: Record<string, Weight>, nodes: Nodes) {
  const files = graphModel(input, output, weights, nodes);
  const data = noise(input.reduce((product, size) => product * size, 1));
  const expected = await runTfjs(files.json, files.binary, { x: { data, shape: input } }, ["y"]);
  const model = convertGraph(readGraphModel(files.json, files.binary), "small");
  const session = await openSession(encodeModel(model), { threads: 1 });
  const { y } = await session.run({ x: { data, shape: input } });
  await session.dispose();
  expect(y?.shape).toEqual(output);
  return {
    difference: largestDifference(y?.data ?? [], expected.y?.data ?? []),
    operators: model.graph?.node.map(({ opType }) => opType).filter((type) => type !== "Identity") ?? [],
  };
}

const ints = (values: number[], shape = [values.length]): Weight => ({ shape, values, dtype: "int32" });
const weight = (shape: number[], seed = 2): Weight => ({
  shape,
  values: [
    ...noise(
      shape.reduce((product, size) => product * size, 1),
      seed,
    ),
  ],
});
const window = { data_format: text("NHWC"), strides: list(1, 2, 2, 1), dilations: list(1, 1, 1, 1) };

describe("a converted operator does what TensorFlow's does", () => {
  test.each(["VALID", "SAME"])("Conv2D with %s padding", async (padding) => {
    const size = padding === "SAME" ? 4 : 3;
    const { difference } = await compare([1, 8, 8, 3], [1, size, size, 5], { w: weight([3, 3, 3, 5]) }, [
      { name: "y", op: "Conv2D", input: ["x", "w"], attr: { ...window, padding: text(padding) } },
    ]);
    expect(difference).toBeLessThan(1e-5);
  });

  test("Pad before a convolution, constants after it and transpositions around it leave one Conv", async () => {
    const weights = {
      ...{ w: weight([3, 3, 3, 4]), pads: ints([0, 0, 0, 0, 1, 2, 2, 1], [4, 2]) },
      ...{ last: ints([0, 2, 3, 1]), first: ints([0, 3, 1, 2]) },
      ...{ bias: weight([4], 3), scale: weight([1, 1, 1, 4], 4), shift: weight([], 5) },
    };
    const { difference, operators } = await compare([1, 3, 6, 8], [1, 4, 4, 5], weights, [
      { name: "padded", op: "Pad", input: ["x", "pads"] },
      { name: "nhwc", op: "Transpose", input: ["padded", "last"] },
      {
        name: "conv",
        op: "Conv2D",
        input: ["nhwc", "w"],
        attr: { ...window, padding: text("VALID") },
      },
      { name: "biased", op: "AddV2", input: ["bias", "conv"] },
      { name: "scaled", op: "Mul", input: ["biased", "scale"] },
      { name: "shifted", op: "Add", input: ["scaled", "shift"] },
      { name: "y", op: "Transpose", input: ["shifted", "first"] },
    ]);
    expect(difference).toBeLessThan(1e-5);
    expect(operators).toEqual(["Conv"]);
  });

  test("a constant is not folded into a convolution whose result is used elsewhere, too", async () => {
    const { difference, operators } = await compare(
      [1, 4, 4, 2],
      [1, 4, 4, 2],
      { w: weight([1, 1, 2, 2]), b: weight([2], 3) },
      [
        {
          name: "conv",
          op: "Conv2D",
          input: ["x", "w"],
          attr: { ...window, strides: list(1, 1, 1, 1), padding: text("VALID") },
        },
        { name: "biased", op: "Add", input: ["conv", "b"] },
        { name: "y", op: "Mul", input: ["biased", "conv"] },
      ],
    );
    expect(difference).toBeLessThan(1e-5);
    expect(operators).toContain("Add");
  });

  test("PadV2 with −∞ becomes the pooling's own; with 0 it stays", async () => {
    for (const [filler, expected] of [
      [Number.NEGATIVE_INFINITY, ["MaxPool"]],
      [0, ["Pad", "MaxPool"]],
    ] as const) {
      const weights = {
        pads: ints([0, 0, 1, 1, 1, 1, 0, 0], [4, 2]),
        filler: { shape: [], values: [filler] },
      };
      const { difference, operators } = await compare([1, 6, 6, 2], [1, 3, 3, 2], weights, [
        { name: "padded", op: "PadV2", input: ["x", "pads", "filler"] },
        {
          name: "y",
          op: "MaxPool",
          input: ["padded"],
          attr: { ...window, ksize: list(1, 3, 3, 1), padding: text("VALID") },
        },
      ]);
      expect(difference).toBe(0);
      expect(operators.filter((type) => type !== "Transpose")).toEqual(expected);
    }
  });

  test.each([
    ["half-pixel centres, larger", { half_pixel_centers: flag(true), align_corners: flag(false) }, [7, 9]],
    ["half-pixel centres, smaller", { half_pixel_centers: flag(true), align_corners: flag(false) }, [2, 3]],
    ["aligned corners", { half_pixel_centers: flag(false), align_corners: flag(true) }, [7, 9]],
    ["neither", { half_pixel_centers: flag(false), align_corners: flag(false) }, [8, 10]],
  ])("ResizeBilinear with %s", async (_name, attr, [height = 0, width = 0]) => {
    const { difference } = await compare(
      [1, 4, 5, 3],
      [1, height, width, 3],
      { size: ints([height, width]) },
      [{ name: "y", op: "ResizeBilinear", input: ["x", "size"], attr }],
    );
    expect(difference).toBeLessThan(1e-5);
  });

  test("SplitV, Sigmoid, LeakyRelu and ConcatV2 along a transposed axis", async () => {
    const weights = {
      order: ints([0, 3, 1, 2]),
      sizes: ints([1, 3]),
      axis: ints([1], []),
      end: ints([-3], []),
    };
    const { difference } = await compare([1, 2, 3, 4], [1, 4, 2, 3], weights, [
      { name: "turned", op: "Transpose", input: ["x", "order"] },
      { name: "parts", op: "SplitV", input: ["turned", "sizes", "axis"], attr: { num_split: { i: "2" } } },
      { name: "a", op: "Sigmoid", input: ["parts"] },
      { name: "b", op: "LeakyRelu", input: ["parts:1"], attr: { alpha: float(0.1) } },
      { name: "y", op: "ConcatV2", input: ["b", "a", "end"], attr: { N: { i: "2" } } },
    ]);
    expect(difference).toBeLessThan(1e-6);
  });

  test("Reshape of a transposed tensor, to a shape that the graph adds up", async () => {
    const weights = {
      ...{ order: ints([0, 2, 1]), wanted: ints([1, 3, -1]) },
      ...{ none: ints([], [0, 1]), length: ints([3]), nothing: ints([]), zero: ints([0], []) },
    };
    const { difference } = await compare([1, 4, 6], [1, 3, 8], weights, [
      { name: "zeros", op: "SparseToDense", input: ["none", "length", "nothing", "zero"] },
      { name: "shape", op: "AddV2", input: ["wanted", "zeros"] },
      { name: "turned", op: "Transpose", input: ["x", "order"] },
      { name: "y", op: "Reshape", input: ["turned", "shape"] },
    ]);
    expect(difference).toBe(0);
  });

  test("Add of a constant without a convolution before it, and of two tensors in different orders", async () => {
    const weights = { b: weight([4]), order: ints([0, 2, 1]) };
    const { difference } = await compare([1, 4, 4], [1, 4, 4], weights, [
      { name: "turned", op: "Transpose", input: ["x", "order"] },
      { name: "shifted", op: "Add", input: ["turned", "b"] },
      { name: "y", op: "AddV2", input: ["shifted", "x"] },
    ]);
    expect(difference).toBeLessThan(1e-6);
  });
});

describe("what cannot be converted is refused by name", () => {
  const convert = (weights: Record<string, Weight>, nodes: Nodes, output = [1, 2]) => {
    const { json, binary } = graphModel([1, 2], output, weights, nodes);
    return () => convertGraph(readGraphModel(json, binary), "small");
  };

  test("an unknown operator", () => {
    expect(convert({}, [{ name: "odd", op: "Cumsum", input: ["x"] }])).toThrow(
      "cannot convert Cumsum odd: this operator is not supported",
    );
  });

  test("an operator named like a property of every object", () => {
    expect(convert({}, [{ name: "odd", op: "constructor", input: ["x"] }])).toThrow(
      "cannot convert constructor odd",
    );
  });

  test("a use of a known operator that is not known", () => {
    expect(convert({}, [{ name: "y", op: "Reshape", input: ["x", "x"] }])).toThrow(
      "cannot convert Reshape y: its shape is not a constant",
    );
  });

  test("a tensor that nothing makes", () => {
    expect(convert({}, [{ name: "y", op: "Sigmoid", input: ["ghost"] }])).toThrow("ghost");
  });

  test("an output of another shape than the signature promises", () => {
    expect(convert({}, [{ name: "y", op: "Sigmoid", input: ["x"] }], [1, 3])).toThrow("output y is [1,2]");
  });

  test("weights that end early, and what is no graph model", () => {
    const { json } = graphModel([1, 2], [1, 2], { w: weight([4]) }, []);
    expect(() => readGraphModel(json, new Uint8Array(8))).toThrow("the weights end early: w wants 16 bytes");
    expect(() => readGraphModel(Buffer.from("{"), new Uint8Array())).toThrow("not a tfjs graph model");
    expect(() => readGraphModel(Buffer.from('{"format":"layers-model"}'), new Uint8Array())).toThrow(
      "format",
    );
  });
});

test("half-precision numbers are widened exactly", () => {
  const bits = Uint16Array.of(0x0000, 0x8000, 0x3c00, 0xc000, 0x0001, 0x03ff, 0x7bff, 0xfc00, 0x3555);
  const values = [0, -0, 1, -2, 2 ** -24, 1023 * 2 ** -24, 65504, Number.NEGATIVE_INFINITY, 0.333251953125];
  expect([...floatsFromHalves(bits)]).toEqual(values);
});
