import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { float, GraphBuilder } from "../../src/models/onnx/graph.ts";
import { fromMessage, sizeOf, toMessage } from "../../src/models/onnx/tensor.ts";
import { decodeModel, encodeModel } from "../../src/models/onnx/wire.ts";

describe("ONNX files", () => {
  test("what is written is read back, any integers, numbers and names", () => {
    const model = fc.record({
      name: fc.string(),
      ints: fc.array(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
      floats: fc.array(fc.float({ noNaN: true })),
      bytes: fc.uint8Array(),
      sizes: fc.array(
        fc.oneof(
          fc.nat({ max: 9 }).map((size) => size + 1),
          fc.constantFrom("height", "width"),
        ),
      ),
    });
    fc.assert(
      fc.property(model, ({ name, ints, floats, bytes, sizes }) => {
        const builder = new GraphBuilder();
        const input = builder.input("x", "uint8", sizes);
        const constant = builder.constant("c", { shape: [bytes.length], data: Uint8Array.from(bytes) });
        builder.output(
          builder.node("Odd", [input, "", constant], "y", { alpha: float(1), mode: "m" }),
          "float32",
          [],
        );
        const [node] = builder.nodes;
        if (node?.attribute[0]) Object.assign(node.attribute[0], { ints, floats: floats.map(Math.fround) });
        const built = builder.build(name, 18);
        expect(decodeModel(encodeModel(built))).toEqual(built);
      }),
      { numRuns: 50 },
    );
  });

  test("equal models give equal bytes", () => {
    const make = () => {
      const builder = new GraphBuilder();
      builder.output(builder.node("Relu", [builder.input("x", "float32", [1])], "y"), "float32", [1]);
      return encodeModel(builder.build("m", 18));
    };
    expect(Buffer.compare(make(), make())).toBe(0);
  });

  test("packed integers, which other writers use, are read", () => {
    // ModelProto{graph: GraphProto{initializer: TensorProto{dims: [2], data_type: INT64, int64_data: [-1, 300]}}}
    const tensor = [0x08, 2, 0x10, 7, 0x3a, 12, ...Array(9).fill(0xff), 0x01, 0xac, 0x02];
    const graph = [0x2a, tensor.length, ...tensor];
    const model = decodeModel(Uint8Array.from([0x3a, graph.length, ...graph]));
    const [message] = model.graph?.initializer ?? [];
    expect(message && [...fromMessage(message).data]).toEqual([-1n, 300n]);
  });

  test("what is none, or cut short, is refused in one line", () => {
    const builder = new GraphBuilder();
    builder.constant("c", { shape: [100], data: new Float32Array(100) });
    builder.output("c", "float32", [100]);
    const bytes = encodeModel(builder.build("m", 18));
    for (const bad of [bytes.subarray(0, 200), Buffer.from("not an ONNX file"), new Uint8Array(0)]) {
      expect(() => decodeModel(bad)).toThrow(/^not an ONNX file/);
    }
  });

  test("tensors of every type keep their numbers", () => {
    const shape = [2, 3];
    const numbers = [1, -2, 3, -4, 5, -6];
    for (const data of [Float32Array.from(numbers), Int8Array.from(numbers), Int32Array.from(numbers)]) {
      expect(fromMessage(toMessage("t", { shape, data }))).toEqual({ shape, data });
    }
    const data = BigInt64Array.from(numbers, BigInt);
    expect(fromMessage(toMessage("t", { shape, data }))).toEqual({ shape, data });
    expect(sizeOf(shape)).toBe(6);
  });

  test("a tensor whose numbers do not fill its shape is refused by name", () => {
    expect(() => toMessage("short", { shape: [3], data: new Uint8Array(2) })).toThrow("tensor short");
    const message = { ...toMessage("half", { shape: [2], data: new Float32Array(2) }), dataType: 10 };
    expect(() => fromMessage(message)).toThrow("tensor half: element type 10 is not supported");
  });
});
