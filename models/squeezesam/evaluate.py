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

from checkpoint import load_model
from data import DEFAULT_CACHE, DEFAULT_DATA, IGNORE, SINGLE, Photos, digest
from predict import Predictor, UserPrompt

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
        self.single = entry["source"] in SINGLE
        self.seed = int(digest(f"{entry['id']}/{target.kind}/{target.ids}")[:8], 16)

    def iou(self, logits):
        """IoU of a mask's logits [h, w]."""
        mask = logits.numpy() > 0
        return float((mask & self.mask & self.valid).sum() / max(((mask | self.mask) & self.valid).sum(), 1))

    def deepest_click(self):
        return UserPrompt(positive=[deepest(self.mask)[:2]])

    def random_click(self):
        inside = np.argwhere(self.mask & self.valid)
        y, x = inside[np.random.default_rng(self.seed).integers(len(inside))]
        return UserPrompt(positive=[(x, y)])

    def tight_box(self):
        rows, columns = np.flatnonzero(self.mask.any(1)), np.flatnonzero(self.mask.any(0))
        return UserPrompt(box=(columns[0], rows[0], columns[-1] + 1, rows[-1] + 1))

    def correct(self, prompt, logits):
        """Adds the click a user would add to a mask's logits."""
        mask = logits.numpy() > 0
        missing, excess = (deepest(wrong & self.valid) for wrong in (self.mask & ~mask, mask & ~self.mask))
        if missing[2] >= excess[2]:
            prompt.positive.append(missing[:2])
        else:
            prompt.negative.append(excess[:2])


def batches(photos, targets, size=16):
    for start in range(0, len(targets), size):
        rows = targets[start : start + size]
        yield [row for row, _ in rows], [Sample(photos, target) for _, target in rows]


def one_click(model, photos, size, device, every=4):
    """Quick check while training: the kinds' mean IoU after one click and one pass, on every fourth held-out target."""
    predictor, results = Predictor(model, size, device), {}
    targets = sorted(((row, t) for row, t in validation_targets(photos) if row in KINDS), key=lambda item: item[0])
    for rows, samples in batches(photos, targets[::every]):
        clicks = [s.deepest_click() for s in samples]
        for row, sample, masks in zip(rows, samples, predictor.predict([s.photo for s in samples], clicks, passes=1)):
            results.setdefault(row, []).append(sample.iou(masks[0]))
    means = {row: float(np.mean(values)) for row, values in results.items()}
    return float(np.mean(list(means.values()))), means


COLUMNS = ("1 click, one pass", "1 click", "best of 3", "2 clicks", "3 clicks", "random click", "box", "no prompt")


def measure(predictor, samples):
    """IoUs in the order of COLUMNS: [B, 8], NaN where a column does not apply."""
    images = [s.photo for s in samples]

    def ious(masks):
        return [s.iou(m[0]) for s, m in zip(samples, masks)]

    clicks = [s.deepest_click() for s in samples]
    columns = [ious(predictor.predict(images, clicks, passes=1))]
    masks = predictor.predict(images, clicks)
    columns += [ious(masks), [max(map(s.iou, m[1:])) for s, m in zip(samples, masks)]]
    for _ in range(2):
        for sample, prompt, mask in zip(samples, clicks, masks):
            sample.correct(prompt, mask[0])
        masks = predictor.predict(images, clicks, [m[0] for m in masks])
        columns.append(ious(masks))
    columns.append(ious(predictor.predict(images, [s.random_click() for s in samples])))
    columns.append(ious(predictor.predict(images, [s.tight_box() for s in samples])))
    single = [i for i, s in enumerate(samples) if s.single]
    columns.append([np.nan] * len(samples))
    if single:
        for i, mask in zip(single, predictor.predict([images[i] for i in single], [UserPrompt() for _ in single])):
            columns[-1][i] = samples[i].iou(mask[0])
    return np.array(columns).T


def table(model, photos, size, device):
    """The figures as a Markdown table: a row a kind, and the means."""
    predictor, results = Predictor(model, size, device), {}
    for rows, samples in batches(photos, validation_targets(photos)):
        for row, values in zip(rows, measure(predictor, samples)):
            results.setdefault(row, []).append(values)
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


def replace_figures(path, name, text):
    """Puts `text` between the markers <!-- name --> and <!-- /name --> of a file."""
    start, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    before, rest = path.read_text().split(start)
    path.write_text(f"{before}{start}\n{text}\n{end}{rest.split(end)[1]}")


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
    model = model.to(device, memory_format=torch.channels_last)
    text = f"{about}, input {args.size} px.\n\n" + table(model, Photos(args.data, args.cache), args.size, device)
    print(text)
    if args.readme:
        replace_figures(args.readme, "figures", text)


if __name__ == "__main__":
    main()
