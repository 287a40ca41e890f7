"""Measures `brim segment` on the held-out photos, with the protocol of evaluate.py, and gives it calibration prompts.

    python3 product.py jobs FOLDER                    # writes calibration.jsonl, click.jsonl, random.jsonl, box.jsonl
    brim models squeezesam squeezesam.onnx FOLDER/calibration.jsonl
    brim segment --batch FOLDER/click.jsonl --json > /dev/null     # and so for random and box
    python3 product.py score FOLDER [--readme README.md] [--marker product]

The masks that `brim segment` wrote beside the jobs are scored. With a second folder and `brim segment --model
FLOAT.onnx`, what is lost by quantising is measured through the same product; so are models trained on other photos.
"""

import argparse
import json
from pathlib import Path

import numpy as np
from PIL import Image

from data import DEFAULT_CACHE, DEFAULT_DATA, Photos
from evaluate import KINDS, Sample, replace_figures, validation_targets

CALIBRATION = 96  # prompts, on photos that were trained on
PROMPTS = ("click", "random", "box")


def job(args, photos, target, prompt, mask=None):
    """A line for `brim segment --batch`. Clicks are whole pixels, the box x, y, width, height."""
    line = {"file": str((args.data / photos.photos[target.photo]["image"]).resolve())}
    line["clicks"] = [[int(x), int(y)] for x, y in prompt.positive]
    if prompt.box is not None:
        x0, y0, x1, y1 = (int(v) for v in prompt.box)
        line["box"] = [x0, y0, x1 - x0, y1 - y0]
    if mask is not None:
        line["mask"] = str(mask.resolve())
    return json.dumps(line) + "\n"


def prompt_of(kind, sample):
    return {"click": sample.deepest_click, "random": sample.random_click, "box": sample.tight_box}[kind]()


def measured(photos):
    return [(row, target) for row, target in validation_targets(photos) if row in KINDS]


def write_jobs(args, photos):
    args.folder.mkdir(parents=True, exist_ok=True)
    targets, chances = photos.training_targets("all")
    chosen = np.random.default_rng(1).choice(len(targets), CALIBRATION, replace=False, p=chances)
    lines = []
    for i, index in enumerate(chosen):
        kind = PROMPTS[(0, 1, 1, 2)[i % 4]]
        lines.append(job(args, photos, targets[index], prompt_of(kind, Sample(photos, targets[index]))))
    (args.folder / "calibration.jsonl").write_text("".join(lines))
    for kind in PROMPTS:
        (args.folder / kind).mkdir(exist_ok=True)
        lines = [
            job(args, photos, target, prompt_of(kind, Sample(photos, target)), args.folder / kind / f"{i}.png")
            for i, (_, target) in enumerate(measured(photos))
        ]
        (args.folder / f"{kind}.jsonl").write_text("".join(lines))


def score(args, photos):
    """The IoUs as a Markdown table: a row a kind, a column a prompt."""
    results = {}
    for i, (row, target) in enumerate(measured(photos)):
        sample = Sample(photos, target)
        values = []
        for kind in PROMPTS:
            mask = np.asarray(Image.open(args.folder / kind / f"{i}.png")) > 127
            found, meant = mask & sample.valid, sample.mask & sample.valid
            values.append((found & meant).sum() / max((found | meant).sum(), 1))
        results.setdefault(row, []).append(values)
    lines = ["| target | n | 1 click | random click | box |", "|---|---:|---:|---:|---:|"]

    def line(name, count, values):
        lines.append(f"| {name} | {count} | " + " | ".join(f"{v:.3f}" for v in values) + " |")

    for row in KINDS:
        line(row, len(results[row]), np.mean(results[row], 0))
    line("**mean of targets**", sum(map(len, results.values())), np.mean(sum(results.values(), []), 0))
    line("**mean of kinds**", len(KINDS), np.mean([np.mean(results[row], 0) for row in KINDS], 0))
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("action", choices=("jobs", "score"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA)
    parser.add_argument("--cache", type=Path, default=DEFAULT_CACHE)
    parser.add_argument("--readme", type=Path, help="replace the text between two markers of this file")
    parser.add_argument("--marker", default="product", help="which: <!-- MARKER --> to <!-- /MARKER -->")
    args = parser.parse_args()
    photos = Photos(args.data, args.cache)
    if args.action == "jobs":
        write_jobs(args, photos)
        return
    text = score(args, photos)
    print(text)
    if args.readme:
        replace_figures(args.readme, args.marker, text)


if __name__ == "__main__":
    main()
