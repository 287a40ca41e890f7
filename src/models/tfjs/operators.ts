import { float } from "../onnx/graph.ts";
import { sizeOf, type Tensor } from "../onnx/tensor.ts";
import { computeConstant, foldIntoConvolution } from "./fold.ts";
import {
  type Lowering,
  type Padding,
  plainAxes,
  refuse,
  type Stored,
  transpose,
  type Value,
} from "./lowering.ts";
import type { TfNode } from "./read.ts";

/** Turns a node into ONNX; returns the value of each of its outputs. */
type Operator = (node: TfNode, inputs: Value[], lowering: Lowering) => Value[];

/** NCHW, as axes of TensorFlow's NHWC. */
const channelsFirst = [0, 3, 1, 2];
const [batchAxis, heightAxis, widthAxis, channelAxis] = [0, 1, 2, 3];

/** Every TensorFlow operator that can be converted. */
export const operators: Record<string, Operator> = {
  Add: binary("Add"),
  AddV2: binary("Add"),
  ConcatV2: concat,
  Conv2D: convolution,
  Identity: (_node, inputs) => inputs.slice(0, 1),
  LeakyRelu: unary("LeakyRelu", (node) => ({ alpha: float(node.attr.alpha?.f ?? 0.2) })),
  MaxPool: maxPool,
  Mul: binary("Mul"),
  Pad: pad,
  PadV2: pad,
  Reshape: reshape,
  ResizeBilinear: resize,
  Sigmoid: unary("Sigmoid", () => ({})),
  SparseToDense: sparseToDense,
  SplitV: split,
  Transpose: permute,
};

/** Of one number at a time, so the order of axes does not matter. */
function unary(opType: string, attributes: (node: TfNode) => Record<string, { float: number }>): Operator {
  return (node, inputs, lowering) => {
    const input = lowering.settle(storedInput(node, inputs[0]));
    return [result(input, lowering.builder.node(opType, [input.name], node.name, attributes(node)))];
  };
}

function binary(opType: "Add" | "Mul"): Operator {
  return (node, [a, b], lowering) => {
    if (a === undefined || b === undefined) throw refuse(node, "it wants two inputs");
    if (a.kind === "constant" && b.kind === "constant") {
      const tensor = computeConstant(opType, a.tensor, b.tensor);
      if (tensor === undefined) throw refuse(node, "it broadcasts one constant over another");
      return [{ kind: "constant", tensor }];
    }
    // Both are commutative.
    const [first, second] = a.kind === "stored" ? [a, b] : [b as Stored, a];
    const { builder } = lowering;
    if (second.kind === "constant") {
      if (foldIntoConvolution(opType, first, second.tensor, builder)) return [first];
      const { tensor } = second;
      const rank = first.shape.length;
      const shape = [...Array.from({ length: rank - tensor.shape.length }, () => 1), ...tensor.shape];
      const fits =
        shape.length === rank && shape.every((size, axis) => size === 1 || size === first.shape[axis]);
      if (!fits) throw refuse(node, `a constant [${tensor.shape}] does not fit [${first.shape}]`);
      const input = lowering.settle(first);
      const other = lowering.store({ kind: "constant", tensor: { shape, data: tensor.data } }, input.axes);
      return [result(input, builder.node(opType, [input.name, other], node.name))];
    }
    if (first.shape.join() !== second.shape.join()) {
      throw refuse(node, `it broadcasts [${first.shape}] and [${second.shape}]`);
    }
    const input = lowering.settle(first);
    return [result(input, builder.node(opType, [input.name, lowering.store(second, input.axes)], node.name))];
  };
}

function concat(node: TfNode, inputs: Value[], lowering: Lowering): Value[] {
  const first = lowering.settle(storedInput(node, inputs[0]));
  const parts = inputs.slice(0, -1).map((input) => storedInput(node, input));
  const axis = axisOf(oneNumber(node, inputs.at(-1), "axis"), first.shape.length);
  const names = parts.map((part) => lowering.store(part, first.axes));
  const shape = first.shape.with(
    axis,
    parts.reduce((sum, part) => sum + (part.shape[axis] ?? 0), 0),
  );
  const name = lowering.builder.node("Concat", names, node.name, { axis: first.axes.indexOf(axis) });
  return [{ ...result(first, name), shape }];
}

function convolution(node: TfNode, inputs: Value[], lowering: Lowering): Value[] {
  const filter = constantInput(node, inputs[1], "filter");
  const [kernelHeight = 1, kernelWidth = 1, inChannels = 1, outChannels = 1] = filter.shape;
  const input = storedInput(node, inputs[0]);
  const [name, window] = slide(node, input, [kernelHeight, kernelWidth], 0, lowering);
  if (input.shape[channelAxis] !== inChannels) throw refuse(node, "grouped channels");
  const { builder } = lowering;
  const weights = builder.constant(`${node.name}/weights`, transpose(filter, [3, 2, 0, 1]));
  const bias = builder.floats(
    `${node.name}/bias`,
    Array.from({ length: outChannels }, () => 0),
  );
  const { shape, ...attributes } = window;
  const output = builder.node("Conv", [name, weights, bias], node.name, attributes);
  return [
    {
      kind: "stored",
      name: output,
      shape: [...shape, outChannels],
      axes: channelsFirst,
      convolution: { weights, bias },
    },
  ];
}

function maxPool(node: TfNode, inputs: Value[], lowering: Lowering): Value[] {
  const input = storedInput(node, inputs[0]);
  const ksize = node.attr.ksize?.list?.i ?? [];
  if (ksize[batchAxis] !== 1 || ksize[channelAxis] !== 1) throw refuse(node, `a window of [${ksize}]`);
  const kernel = [ksize[heightAxis] ?? 1, ksize[widthAxis] ?? 1];
  const [name, { shape, ...attributes }] = slide(node, input, kernel, Number.NEGATIVE_INFINITY, lowering);
  const output = lowering.builder.node("MaxPool", [name], node.name, attributes);
  return [
    { kind: "stored", name: output, shape: [...shape, input.shape[channelAxis] ?? 1], axes: channelsFirst },
  ];
}

/**
 * What convolution and pooling share: a window that slides over a picture. A padding with `filler` that comes before
 * becomes the operator's own. Returns the tensor to slide over, the attributes, and the first three sizes of the
 * result.
 */
function slide(node: TfNode, picture: Stored, kernel: number[], filler: number, lowering: Lowering) {
  if (text(node, "data_format", "NHWC") !== "NHWC") throw refuse(node, "channels come first");
  const padding = text(node, "padding", "VALID");
  if (padding !== "VALID" && padding !== "SAME") throw refuse(node, `padding ${padding}`);
  const absorbed = absorbable(picture.pad, filler) ? picture.pad : undefined;
  const { pad: _taken, ...bare } = picture;
  const input = absorbed ? bare : lowering.settle(picture);
  const perAxis = [heightAxis, widthAxis].map((axis, i) => {
    const stride = node.attr.strides?.list?.i?.[axis] ?? 1;
    const dilation = node.attr.dilations?.list?.i?.[axis] ?? 1;
    const size = picture.shape[axis] ?? 1;
    const reach = ((kernel[i] ?? 1) - 1) * dilation + 1;
    const count = padding === "SAME" ? Math.ceil(size / stride) : Math.floor((size - reach) / stride) + 1;
    const missing = padding === "SAME" ? Math.max(0, (count - 1) * stride + reach - size) : 0;
    // TensorFlow puts the odd one after.
    const before = Math.floor(missing / 2) + (absorbed?.before[axis] ?? 0);
    const after = Math.ceil(missing / 2) + (absorbed?.after[axis] ?? 0);
    return { stride, dilation, count, before, after };
  });
  const window = {
    kernel_shape: kernel,
    strides: perAxis.map(({ stride }) => stride),
    dilations: perAxis.map(({ dilation }) => dilation),
    pads: [...perAxis.map(({ before }) => before), ...perAxis.map(({ after }) => after)],
    shape: [picture.shape[batchAxis] ?? 1, ...perAxis.map(({ count }) => count)],
  };
  return [lowering.store(input, channelsFirst), window] as const;
}

/** Only the picture's height and width may be padded, and with what the window takes for nothing. */
function absorbable(pad: Padding | undefined, filler: number): boolean {
  const untouched = (axis: number) => pad?.before[axis] === 0 && pad.after[axis] === 0;
  return pad?.value === filler && untouched(batchAxis) && untouched(channelAxis);
}

function pad(node: TfNode, inputs: Value[], lowering: Lowering): Value[] {
  const { convolution: _closed, ...input } = lowering.settle(storedInput(node, inputs[0]));
  const amounts = Array.from(constantInput(node, inputs[1], "padding").data, Number);
  const before = amounts.filter((_, i) => i % 2 === 0);
  const after = amounts.filter((_, i) => i % 2 === 1);
  const value = node.op === "PadV2" ? oneNumber(node, inputs[2], "filler") : 0;
  const shape = input.shape.map((size, axis) => size + (before[axis] ?? 0) + (after[axis] ?? 0));
  return [{ ...input, shape, pad: { before, after, value } }];
}

/** No node: only the meaning of the axes changes. */
function permute(node: TfNode, inputs: Value[]): Value[] {
  const input = storedInput(node, inputs[0]);
  const order = Array.from(constantInput(node, inputs[1], "permutation").data, Number);
  const reorder = (values: readonly number[]) => order.map((axis) => values[axis] ?? 0);
  const pad = input.pad && {
    before: reorder(input.pad.before),
    after: reorder(input.pad.after),
    value: input.pad.value,
  };
  return [
    {
      ...input,
      shape: reorder(input.shape),
      axes: input.axes.map((axis) => order.indexOf(axis)),
      ...(pad && { pad }),
    },
  ];
}

function reshape(node: TfNode, inputs: Value[], lowering: Lowering): Value[] {
  const input = storedInput(node, inputs[0]);
  const wanted = Array.from(constantInput(node, inputs[1], "shape").data, Number);
  const known = wanted.filter((size) => size !== -1);
  const rest = sizeOf(input.shape) / sizeOf(known);
  const shape = wanted.map((size) => (size === -1 ? rest : size));
  if (sizeOf(shape) !== sizeOf(input.shape)) throw refuse(node, `[${input.shape}] is not [${wanted}]`);
  const name = lowering.store(input, plainAxes(input.shape.length));
  const target = lowering.builder.integers(`${node.name}/shape`, shape);
  const output = lowering.builder.node("Reshape", [name, target], node.name);
  return [{ kind: "stored", name: output, shape, axes: plainAxes(shape.length) }];
}

function resize(node: TfNode, inputs: Value[], lowering: Lowering): Value[] {
  const input = storedInput(node, inputs[0]);
  const [height = 1, width = 1] = Array.from(constantInput(node, inputs[1], "size").data, Number);
  const shape = [input.shape[batchAxis] ?? 1, height, width, input.shape[channelAxis] ?? 1];
  const name = lowering.store(input, channelsFirst);
  // All four sizes, for onnxruntime did not load a quantised model whose Resize named its axes.
  const sizes = lowering.builder.integers(
    `${node.name}/sizes`,
    channelsFirst.map((axis) => shape[axis] ?? 1),
  );
  const flag = (key: string) => node.attr[key]?.b === true;
  const centres = flag("half_pixel_centers") ? "half_pixel" : "asymmetric";
  const output = lowering.builder.node("Resize", [name, "", "", sizes], node.name, {
    coordinate_transformation_mode: flag("align_corners") ? "align_corners" : centres,
    mode: "linear",
  });
  return [{ kind: "stored", name: output, shape, axes: channelsFirst }];
}

/** Only the empty one, which is how an exporter wrote a shape's zeros: a constant full of the default. */
function sparseToDense(node: TfNode, inputs: Value[]): Value[] {
  const indices = constantInput(node, inputs[0], "indices");
  if (indices.data.length > 0) throw refuse(node, "it holds values");
  const shape = Array.from(constantInput(node, inputs[1], "shape").data, Number);
  const value = oneNumber(node, inputs[3], "default");
  const data = new Int32Array(sizeOf(shape)).fill(value);
  return [{ kind: "constant", tensor: { shape, data } }];
}

function split(node: TfNode, inputs: Value[], lowering: Lowering): Value[] {
  const input = lowering.settle(storedInput(node, inputs[0]));
  const sizes = Array.from(constantInput(node, inputs[1], "sizes").data, Number);
  const axis = axisOf(oneNumber(node, inputs[2], "axis"), input.shape.length);
  if (sizes.includes(-1)) throw refuse(node, "it leaves a size open");
  const names = lowering.builder.nodeWithOutputs(
    "Split",
    [input.name, lowering.builder.integers(`${node.name}/sizes`, sizes)],
    sizes.map((_, i) => `${node.name}:${i}`),
    { axis: input.axes.indexOf(axis) },
  );
  return names.map((name, i) => ({ ...result(input, name), shape: input.shape.with(axis, sizes[i] ?? 0) }));
}

/** A new tensor with the shape and axes of another. */
function result({ shape, axes }: Stored, name: string): Stored {
  return { kind: "stored", name, shape, axes };
}

function storedInput(node: TfNode, value: Value | undefined): Stored {
  if (value?.kind !== "stored") throw refuse(node, "it works on a constant");
  return value;
}

function constantInput(node: TfNode, value: Value | undefined, what: string): Tensor {
  if (value?.kind !== "constant") throw refuse(node, `its ${what} is not a constant`);
  return value.tensor;
}

function oneNumber(node: TfNode, value: Value | undefined, what: string): number {
  const [number, ...more] = constantInput(node, value, what).data;
  if (number === undefined || more.length > 0) throw refuse(node, `its ${what} is not one number`);
  return Number(number);
}

function axisOf(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}

/** A string attribute, which the JSON holds in base64. */
function text(node: TfNode, name: string, fallback: string): string {
  const value = node.attr[name]?.s;
  return value === undefined ? fallback : Buffer.from(value, "base64").toString();
}
