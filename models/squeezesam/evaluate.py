"""Measures a model on the held-out photos.

Protocol: a click at the point deepest inside the target (the maximum of the distance transform, the photo's border
being outside), the mask of the highest predicted quality, its IoU at the photo's size, ignored pixels left out. Then a
uniformly random click inside, three clicks (each next one at the deepest point of the larger error region), the tight
box alone, and no prompt at all for photos with one subject.

    python3 evaluate.py checkpoint.pt [--readme README.md]
"""

import argparse
from pathlib import Path

import numpy as np
import torch
from scipy.ndimage import distance_transform_edt
from torch.nn import functional as F

from checkpoint import load_model
from data import DEFAULT_CACHE, DEFAULT_DATA, IGNORE, SINGLE, Photos, digest
from network import MEAN, STD, best_mask
from prompts import Prompt

KINDS = ("object", "person", "person+held", "person+worn", "pet", "salient")  # what the headline averages
MIN_AREA = 0.005  # targets below this share of the photo are reported in a row of their own
SMALL_AREA = 0.001


def deepest(mask):
    """(x, y) of the pixel deepest inside a boolean mask [h, w]."""
    depth = distance_transform_edt(np.pad(mask, 1))[1:-1, 1:-1]
    y, x = np.unravel_index(depth.argmax(), depth.shape)
    return x, y, depth.max()


def validation_targets(photos):
    """(row of the table, target) of every held-out target."""
    chosen = []
    for index in photos.validation:
        for target in photos.targets[index]:
            if target.kind in (*KINDS, "region") and target.area >= MIN_AREA:
                chosen.append((target.kind, target))
            elif target.kind == "object" and target.area >= SMALL_AREA:
                chosen.append(("small object", target))
    return chosen


class Sample:
    """A target at its photo's size: photo [3, h, w] floats, mask and valid [h, w] bools."""

    def __init__(self, photos, target):
        entry = photos.photos[target.photo]
        w, h = entry["w"], entry["h"]
        ids = photos.masks[target.photo, :h, :w]
        self.photo = torch.from_numpy(photos.pixels[target.photo, :, :h, :w]).float()
        self.mask, self.valid = np.isin(ids, target.ids), ids != IGNORE
        self.scale = np.array([w, h], np.float32)
        self.source = entry["source"]
        self.seed = int(digest(f"{entry['id']}/{target.kind}/{target.ids}")[:8], 16)

    def to_input(self, x, y, size):
        """Centre of a photo pixel in the input's pixels."""
        return torch.tensor((np.array([x, y]) + 0.5) / self.scale * size - 0.5, dtype=torch.float32)

    def iou(self, logits):
        """IoU of a mask's logits [1, h', w'], and the boolean mask at the photo's size."""
        mask = F.interpolate(logits[None], self.mask.shape, mode="bilinear", align_corners=False)[0, 0].numpy() > 0
        union = ((mask | self.mask) & self.valid).sum()
        return float((mask & self.mask & self.valid).sum() / max(union, 1)), mask


class Evaluator:
    def __init__(self, model, size, device, batch=16):
        self.model, self.size, self.device, self.batch = model.eval(), size, device, batch
        self.mean, self.std = (torch.tensor(v)[:, None, None] for v in (MEAN, STD))

    def predict(self, samples, prompt):
        """Best mask logits [B, 1, S/2, S/2] and all masks [B, 3, S/2, S/2], on the processor."""
        images = [
            F.interpolate(((s.photo - self.mean) / self.std)[None], (self.size,) * 2, mode="bilinear", antialias=True)
            for s in samples
        ]
        x = torch.cat([torch.cat(images), prompt.channels()], 1).to(self.device)
        with torch.no_grad():
            masks, iou = self.model(x)
        return best_mask(masks, iou)[0].float().cpu(), masks.float().cpu()

    def empty(self, samples):
        return Prompt(len(samples), self.size, torch.device("cpu"))

    def clicked(self, samples, points):
        prompt = self.empty(samples)
        points = torch.stack([s.to_input(*p, self.size) for s, p in zip(samples, points)])
        prompt.positive.append((points, torch.ones(len(samples), dtype=torch.bool)))
        return prompt

    def clicks(self, samples, rounds):
        """IoU after each of `rounds` clicks, and the best of the three masks after the first: lists a sample."""
        prompt = self.clicked(samples, [deepest(s.mask)[:2] for s in samples])
        results = [[] for _ in samples]
        for turn in range(rounds):
            logits, masks = self.predict(samples, prompt)
            points, adds = [], []
            for i, sample in enumerate(samples):
                iou, mask = sample.iou(logits[i])
                results[i].append(iou)
                if turn == 0:
                    results[i].append(max(sample.iou(m[None])[0] for m in masks[i]))
                missing, excess = (deepest(m & sample.valid) for m in (sample.mask & ~mask, mask & ~sample.mask))
                x, y, _ = max(missing, excess, key=lambda p: p[2])
                points.append(sample.to_input(x, y, self.size))
                adds.append(bool(missing[2] >= excess[2]))
            points, adds = torch.stack(points), torch.tensor(adds)
            prompt.positive.append((points, adds))
            prompt.negative.append((points, ~adds))
            prompt.previous = F.interpolate(logits.sigmoid(), scale_factor=2.0, mode="bilinear", align_corners=False)
        return results

    def one_prompt(self, samples, prompt):
        return [s.iou(logits)[0] for s, logits in zip(samples, self.predict(samples, prompt)[0])]

    def random_click(self, samples):
        points = []
        for sample in samples:
            inside = np.argwhere(sample.mask & sample.valid)
            points.append(inside[np.random.default_rng(sample.seed).integers(len(inside))][::-1])
        return self.one_prompt(samples, self.clicked(samples, points))

    def box(self, samples):
        prompt = self.empty(samples)
        for i, sample in enumerate(samples):
            rows, columns = np.flatnonzero(sample.mask.any(1)), np.flatnonzero(sample.mask.any(0))
            box = np.array([columns[0], rows[0], columns[-1] + 1, rows[-1] + 1]) / np.tile(sample.scale, 2)
            prompt.boxes[i] = torch.tensor(box * self.size)
        prompt.has_box[:] = True
        return self.one_prompt(samples, prompt)

    def batches(self, photos, targets):
        for start in range(0, len(targets), self.batch):
            rows = targets[start : start + self.batch]
            yield [row for row, _ in rows], [Sample(photos, target) for _, target in rows]


def one_click(model, photos, size, device, every=4):
    """Quick check while training: mean of the kinds' one-click IoU on every fourth held-out target."""
    evaluator, results = Evaluator(model, size, device), {}
    targets = [(row, target) for row, target in validation_targets(photos) if row in KINDS]
    for rows, samples in evaluator.batches(photos, sorted(targets, key=lambda t: t[0])[::every]):
        for row, result in zip(rows, evaluator.clicks(samples, 1)):
            results.setdefault(row, []).append(result[0])
    means = {row: float(np.mean(values)) for row, values in results.items()}
    return float(np.mean(list(means.values()))), means


COLUMNS = ("1 click", "best of 3", "2 clicks", "3 clicks", "random click", "box", "no prompt")


def table(model, photos, size, device):
    """The figures as a Markdown table: a row a kind, and the means."""
    evaluator, results = Evaluator(model, size, device), {}
    for rows, samples in evaluator.batches(photos, validation_targets(photos)):
        clicks, randoms, boxes = evaluator.clicks(samples, 3), evaluator.random_click(samples), evaluator.box(samples)
        nothing = evaluator.one_prompt(samples, evaluator.empty(samples))
        for i, row in enumerate(rows):
            bare = nothing[i] if samples[i].source in SINGLE else np.nan
            results.setdefault(row, []).append([*clicks[i], randoms[i], boxes[i], bare])
    means = {row: np.mean(values, 0) for row, values in results.items()}
    lines = ["| target | n | " + " | ".join(COLUMNS) + " |", "|---|---:|" + "---:|" * len(COLUMNS)]

    def line(name, count, values):
        cells = ["–" if np.isnan(v) else f"{v:.3f}" for v in values]
        lines.append(f"| {name} | {count} | " + " | ".join(cells) + " |")

    for row in (*KINDS, "small object", "region"):
        line(row, len(results[row]), means[row])
    headline = [results[row] for row in KINDS]
    line("**mean of targets** (first six rows)", sum(map(len, headline)), np.mean(sum(headline, []), 0))
    line("**mean of kinds** (first six rows)", len(KINDS), np.mean([means[row] for row in KINDS], 0))
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("checkpoint", type=Path, help="a checkpoint of train.py or the committed weights")
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA)
    parser.add_argument("--cache", type=Path, default=DEFAULT_CACHE)
    parser.add_argument("--size", type=int, default=256, help="side of the network's input, pixels")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--readme", type=Path, help="replace the text between this file's figures markers")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    model, about = load_model(args.checkpoint)
    text = f"{about}, input {args.size} px.\n\n" + table(model.to(device), Photos(args.data, args.cache), args.size, device)
    print(text)
    if args.readme:
        start, end = "<!-- figures -->", "<!-- /figures -->"
        before, rest = args.readme.read_text().split(start)
        args.readme.write_text(f"{before}{start}\n{text}\n{end}{rest.split(end)[1]}")


if __name__ == "__main__":
    main()
