"""Trains the quality head of a finished network anew, so that it ranks the three masks of a prompt; all else stays.

    python3 quality.py finish.pt [another-finish.pt] chosen.pt

Several checkpoints are averaged first. The head then sees what it will see: training photos in both passes, the click
at the deepest point or at random, a box, a click that corrects. Its loss is the error of the predicted IoUs, and for
each two masks in the wrong order what choosing by that order costs. Every target counts alike, mirrored and with other
colours half of the time, as every target counts alike where it is measured.
"""

import argparse
import time
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

import checkpoint
from augment import colour
from data import DEFAULT_CACHE, DEFAULT_DATA, OPEN, Photos
from evaluate import KINDS, MIN_AREA, Sample
from predict import Predictor, UserPrompt, zoom_rectangle

PROMPTS = ("deepest", "random", "box", "correct")
SHARES = (0.4, 0.4, 0.1, 0.1)
BATCH = 16


def targets_to_rank(photos, licenses):
    return [
        target
        for index in photos.training
        if licenses == "all" or photos.photos[index]["license_class"] in OPEN
        for target in photos.targets[index]
        if target.kind in KINDS and target.area >= MIN_AREA
    ]


def vary(sample, rng):
    """Half of the time mirrored, half of the time in other colours."""
    if rng.random() < 0.5:
        sample.photo = sample.photo.flip(2).contiguous()
        sample.mask, sample.valid = sample.mask[:, ::-1].copy(), sample.valid[:, ::-1].copy()
    if rng.random() < 0.5:
        h, w = sample.photo.shape[1:]
        even = F.pad(sample.photo[None], (0, w % 2, 0, h % 2), mode="replicate")
        sample.photo = colour(even)[0, :, :h, :w].contiguous()
    return sample


def random_click(sample, rng):
    inside = np.argwhere(sample.mask & sample.valid)
    y, x = inside[rng.integers(len(inside))]
    return UserPrompt(positive=[(x, y)])


class Looks:
    """What the head was given in each look, [N, 3, features], and the IoU of each mask, [N, 3]."""

    def __init__(self, model):
        self.model, self.predictor = model, Predictor(model, 256, torch.device("cpu"))
        self.seen, self.ious, self.last = [], [], None
        model.quality.register_forward_pre_hook(self.keep)

    def keep(self, _, given):
        self.last = given[0].detach()

    def look(self, samples, prompts, rectangles, previous):
        """One pass, noted; gives the masks that Predictor.one_pass gives."""
        results, _ = self.predictor.one_pass([s.photo for s in samples], prompts, rectangles, previous)
        order = self.model.quality(self.last)[..., 0].argsort(1, descending=True)
        ranked = torch.tensor([[s.iou(mask) for mask in masks[1:]] for s, masks in zip(samples, results)])
        self.seen.append(self.last)
        self.ious.append(torch.zeros_like(ranked).scatter(1, order, ranked))
        return results

    @torch.no_grad()
    def two_looks(self, samples, prompts, previous):
        """As Predictor.predict, both passes noted, the second also where the first is sure."""
        whole = [(0, 0, s.photo.shape[2], s.photo.shape[1]) for s in samples]
        boxed = [p.box is not None for p in prompts]
        first = [
            box and zoom_rectangle(s.photo.shape[1:], p, None) or w
            for box, s, p, w in zip(boxed, samples, prompts, whole)
        ]
        results = self.look(samples, prompts, first, previous)
        closer = [
            None if box else zoom_rectangle(s.photo.shape[1:], p, r[0].numpy() > 0)
            for box, s, p, r in zip(boxed, samples, prompts, results)
        ]
        rows = [i for i, rectangle in enumerate(closer) if rectangle]
        if rows:
            again = self.look(*([values[i] for i in rows] for values in (samples, prompts, closer, previous)))
            for i, result in zip(rows, again):
                results[i] = result
        return results

    def note(self, samples, rng):
        kinds = rng.choice(PROMPTS, len(samples), p=SHARES)
        prompts = []
        for sample, kind in zip(samples, kinds):
            if kind == "box":
                prompts.append(sample.tight_box())
            else:
                prompts.append(sample.deepest_click() if rng.random() < 0.5 or kind == "deepest" else None)
                if kind == "random" or prompts[-1] is None:
                    prompts[-1] = random_click(sample, rng)
        results = self.two_looks(samples, prompts, [None] * len(samples))
        rows = [i for i, kind in enumerate(kinds) if kind == "correct"]
        for i in rows:
            samples[i].correct(prompts[i], results[i][0])
        if rows:
            masks = [results[i][0] for i in rows]
            self.two_looks([samples[i] for i in rows], [prompts[i] for i in rows], masks)


def ranking_loss(score, ious):
    """Squared error of the predicted IoUs [B, 3], and the logistic loss of each pair's order by what it costs."""
    error = ((score.sigmoid() - ious) ** 2).mean()
    ahead, truly = score[:, :, None] - score[:, None], ious[:, :, None] - ious[:, None]
    return error + (F.softplus(-ahead * truly.sign()) * truly.abs()).mean()


def train_head(head, seen, ious, steps=600, batch=256, lr=5e-4):
    optimiser = torch.optim.AdamW(head.parameters(), lr=lr, weight_decay=0.01)
    for step in range(steps):
        optimiser.param_groups[0]["lr"] = lr * (1 - step / steps)
        rows = torch.randint(0, len(seen), (batch,))
        value = ranking_loss(head(seen[rows])[..., 0], ious[rows])
        optimiser.zero_grad()
        value.backward()
        optimiser.step()


@torch.no_grad()
def chosen(head, seen, ious):
    return ious.gather(1, head(seen)[..., 0].argmax(1, keepdim=True)).mean().item()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("checkpoints", type=Path, nargs="+", help="to average, then the file to write")
    parser.add_argument("--licenses", choices=("open", "all"), default="all", help="which photos to train on")
    parser.add_argument("--samples", type=int, default=10000)
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA)
    parser.add_argument("--cache", type=Path, default=DEFAULT_CACHE)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    *sources, output = args.checkpoints
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    rng = np.random.default_rng(args.seed)

    state = checkpoint.average_of(sources)
    model = checkpoint.model_of(state).to(memory_format=torch.channels_last)
    photos, looks = Photos(args.data, args.cache), Looks(model)
    targets = targets_to_rank(photos, args.licenses)
    rows = np.concatenate([rng.permutation(len(targets)) for _ in range(args.samples // len(targets) + 1)])
    for start in range(0, args.samples, BATCH):
        samples = [Sample(photos, targets[i]) for i in rows[start : start + BATCH]]
        looks.note([vary(s, rng) for s in samples if (s.mask & s.valid).any()], rng)
        if start % 1600 == 0:
            print(f"{time.strftime('%H:%M:%S')} {start} of {args.samples} samples", flush=True)
    seen, ious = torch.cat(looks.seen), torch.cat(looks.ious)
    before = chosen(model.quality, seen, ious)
    train_head(model.quality, seen, ious)
    print(f"{len(seen)} looks, chosen {before:.4f} -> {chosen(model.quality, seen, ious):.4f} of {ious.amax(1).mean():.4f}")
    state["average"].update({f"quality.{k}": v for k, v in model.quality.state_dict().items()})
    checkpoint.save(output, state)


if __name__ == "__main__":
    main()
