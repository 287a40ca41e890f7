"""Exports the averaged weights of a checkpoint.

    python3 export.py stable.pt squeezesam.onnx   # the network, float32, batch norm folded, static shapes, opset 13
    python3 export.py stable.pt checkpoint.pt     # the weights alone as float16, to keep and to train on from

Inputs and outputs are those of network.py: `input` [1, 7, S, S], `masks` [1, 3, S/2, S/2] logits, `iou` [1, 3].
"""

import argparse
from pathlib import Path

import torch

from checkpoint import load_model, write_weights
from network import CHANNELS


def export_onnx(model, path, size):
    torch.onnx.export(
        model.eval(),
        torch.zeros(1, CHANNELS, size, size),
        str(path),
        opset_version=13,
        input_names=["input"],
        output_names=["masks", "iou"],
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("output", type=Path, help="ends in .onnx or .pt")
    parser.add_argument("--size", type=int, default=256, help="side of the network's input, pixels")
    args = parser.parse_args()
    if args.output.suffix == ".onnx":
        export_onnx(load_model(args.checkpoint)[0], args.output, args.size)
    else:
        write_weights(args.checkpoint, args.output)
    print(f"{args.output}: {args.output.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
