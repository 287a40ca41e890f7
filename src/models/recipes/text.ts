import { BrimError } from "../../base/errors.ts";
import { inline, rescaleChannels } from "../onnx/compose.ts";
import { liftConstants } from "../onnx/constants.ts";
import { GraphBuilder, opsetOf } from "../onnx/graph.ts";
import { dataTypes, type Model } from "../onnx/messages.ts";
import { decodeModel } from "../onnx/wire.ts";
import { planes } from "./picture.ts";

/** PP-OCRv4's networks of text, each with its preprocessing in the graph. They were trained on BGR. */

const bgr = [2, 1, 0];

/**
 * Finds text.
 *
 * input `image` uint8 [1,H,W,3], RGB, H and W multiples of 32;
 * output `text` uint8 [1,1,H,W]: 255 times the probability that a pixel lies in the middle part of a line of text.
 */
export function buildTextDetect(onnx: Uint8Array): Model {
  const network = liftConstants(decodeModel(onnx));
  const builder = new GraphBuilder();
  const image = builder.input("image", "uint8", [1, "height", "width", 3]);
  // ImageNet's statistics, which PaddleOCR applies to BGR in this order.
  const means = [0.485, 0.456, 0.406].map((mean) => 255 * mean);
  const factors = [0.229, 0.224, 0.225].map((deviation) => 1 / (255 * deviation));
  const turned = bgr.map((from) => means[from] ?? 0);
  const mean = builder.floats("mean", turned, [1, 3, 1, 1]);
  const pixels = builder.node("Sub", [planes(builder, image), mean], "pixels");
  const outputs = Object.values(inline(builder, network, { x: pixels }));
  rescaleChannels(builder, pixels, bgr, factors);
  const scaled = builder.node("Mul", [outputs[0] ?? "", builder.floats("bytes", [255])], "scaled");
  builder.output(builder.node("Cast", [scaled], "text", { to: dataTypes.uint8 }), "uint8", [
    1,
    1,
    "height",
    "width",
  ]);
  return builder.build("text-detect", opsetOf(network));
}

/** From here on Unicode has Chinese, Japanese and Korean; their full-width forms of Latin characters come later. */
const firstEastern = 0x2e80;
const fullWidth = [0xff01, 0xff5e] as const;
/** What has a plain form that synthesisers know. */
const plain: Readonly<Record<string, string>> = {
  "￡": "£",
  "￥": "¥",
  "．": ".",
  "。": ".",
  "、": ",",
  "《": "«",
  "》": "»",
};

/**
 * Reads a line of text in Latin, Greek or Cyrillic letters. The probabilities are those among all of the network's
 * classes; those of Eastern characters are left out, so that such a line scores low.
 *
 * input `image` uint8 [N,48,W,3], RGB, grey (128) to the right of a line that is shorter than others;
 * outputs `classes` [N,W/8,C], the probabilities at each step: of nothing (0), of each character of the alphabet, and
 * of a space (the last); `alphabet` uint8: these characters as UTF-8, one after the other with a line feed after each.
 */
export function buildTextRead(onnx: Uint8Array, keys: Uint8Array): Model {
  const network = liftConstants(decodeModel(onnx));
  const builder = new GraphBuilder();
  const image = builder.input("image", "uint8", ["lines", 48, "width", 3]);
  const middle = builder.floats("middle", [127.5]);
  const pixels = builder.node("Sub", [planes(builder, image), middle], "pixels");
  const outputs = Object.values(inline(builder, network, { x: pixels }));
  rescaleChannels(
    builder,
    pixels,
    bgr,
    bgr.map(() => 1 / 127.5),
  );
  const { indices, alphabet } = westernOf(new TextDecoder().decode(keys));
  const kept = builder.integers("kept", indices);
  builder.output(builder.node("Gather", [outputs[0] ?? "", kept], "classes", { axis: 2 }), "float32", [
    "lines",
    "steps",
    indices.length,
  ]);
  const bytes = new TextEncoder().encode(alphabet.map((character) => `${character}\n`).join(""));
  const letters = builder.constant("alphabet/bytes", { shape: [bytes.length], data: bytes });
  builder.output(builder.node("Identity", [letters], "alphabet"), "uint8", [bytes.length]);
  return builder.build("text-read", opsetOf(network));
}

/** Classes of the network that are kept, and the characters for all of them but the first (nothing) and the last (space). */
function westernOf(keys: string): { indices: number[]; alphabet: string[] } {
  const characters = keys.replace(/\r?\n$/, "").split(/\r?\n/);
  if (characters.length < 100) throw new BrimError("MODEL", "the alphabet of the text reader is damaged");
  const indices = [0];
  const alphabet: string[] = [];
  for (const [i, character] of characters.entries()) {
    const western = plain[character] ?? halfWidth(character);
    if ((western.codePointAt(0) ?? firstEastern) >= firstEastern) continue;
    indices.push(i + 1);
    alphabet.push(western);
  }
  return { indices: [...indices, characters.length + 1], alphabet };
}

function halfWidth(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const [first, last] = fullWidth;
  return code >= first && code <= last ? String.fromCodePoint(code - first + 0x21) : character;
}
