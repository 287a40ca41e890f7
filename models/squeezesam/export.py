"""Exports the averaged weights of a checkpoint.

    python3 export.py stable.pt squeezesam.onnx   # the network as deployed, float32, before quantising
    python3 export.py stable.pt checkpoint.pt     # the weights alone as float16, to keep and to train on from

The deployed network takes bytes, so that nobody touches a photo pixel by pixel outside of it:
  image [1, S, S, 3] uint8: red, green, blue
  prompt [1, 4, S, S] uint8: channels 3 to 6 of network.py, where ZERO stands for 0 and 255 for 1
and gives
  masks [1, 3, S/2, S/2] uint8: 255 · sigmoid(logit / SOFTNESS), so 128 and more is inside      iou [1, 3] float32
"""

import argparse
from pathlib import Path

import torch
from torch import nn

from checkpoint import load_model, write_weights
from network import MEAN, STD

SOFTNESS = 4.0  # spreads the logits over the bytes: steps of 0.06 near the border, and something left at ±8
ZERO = 115  # the byte that is 0 for the first convolution, and what it pads with: the mean of MEAN, rounded


class Deployed(nn.Module):
    """The network with its pre- and postprocessing.

    Photo and prompt are bytes less ZERO, which in INT8 are quantised numbers as they are: nothing is rounded or
    scaled on the way in. The first convolution's weights and bias make up for what MEAN and STD would have done; only
    the border, where it pads, is another by (MEAN - ZERO) / STD.
    """

    def __init__(self, model):
        super().__init__()
        self.model = model.eval()
        stem = self.model.encoder.stem
        stem.weight.data[:, :3] /= torch.tensor(STD)[:, None, None]
        stem.weight.data[:, 3:] /= 255 - ZERO
        stem.bias.data += (stem.weight.data[:, :3].sum((2, 3)) * (ZERO - torch.tensor(MEAN))).sum(1)

    def forward(self, image, prompt):
        x = torch.cat([image.float().permute(0, 3, 1, 2), prompt.float()], 1)
        masks, iou = self.model(x - float(ZERO))
        return ((masks / SOFTNESS).sigmoid() * 255 + 0.5).to(torch.uint8), iou


def export_onnx(model, path, size):
    torch.onnx.export(
        Deployed(model).eval(),
        (torch.zeros(1, size, size, 3, dtype=torch.uint8), torch.zeros(1, 4, size, size, dtype=torch.uint8)),
        str(path),
        opset_version=13,
        input_names=["image", "prompt"],
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
