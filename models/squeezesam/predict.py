"""From photos and prompts to masks at the photos' size, in the two passes that deployment makes as well.

The first pass sees the whole photo, stretched to the network's square. The second sees the rectangle around the first
mask, ZOOM times as large as its box, with the same clicks: small things get many more pixels. A given box takes the
first mask's place, so that it costs one pass alone.
"""

from dataclasses import dataclass, field

import numpy as np
import torch
from torch.nn import functional as F

from export import SOFTNESS
from network import MEAN, STD
from prompts import Prompt

ZOOM = 1.8
SMALLEST = 24 / 320  # a zoomed box's least side before the margin, in the photo's longer sides
NEARLY_ALL = 0.7  # a rectangle that covers more than this share of the photo is not worth a second pass
SURE_ENOUGH = 0.85  # nor is one where the first pass predicts so high an IoU
DECIDEDNESS = 12  # power of the predicted IoU by which the three masks are weighed
OUTSIDE = -20.0  # logit where a zoomed mask says nothing


@dataclass
class UserPrompt:
    """What the user gave, in the photo's pixels (a pixel's centre is at its index); box is x0, y0, x1, y1."""

    positive: list = field(default_factory=list)
    negative: list = field(default_factory=list)
    box: tuple | None = None


def zoom_rectangle(shape, prompt, mask):
    """x0, y0, x1, y1 (integers) around the mask [h, w] or the given box, and the clicks; None if it is not worth it."""
    h, w = shape
    xs, ys = [x for x, _ in prompt.positive], [y for _, y in prompt.positive]
    if prompt.box is not None:
        xs, ys = xs + [prompt.box[0], prompt.box[2] - 1], ys + [prompt.box[1], prompt.box[3] - 1]
    else:
        columns, rows = np.flatnonzero(mask.any(0)), np.flatnonzero(mask.any(1))
        xs, ys = xs + list(columns[[0, -1]] if len(columns) else []), ys + list(rows[[0, -1]] if len(rows) else [])
    if not xs:
        return None
    low, high = np.array([min(xs), min(ys)]), np.array([max(xs), max(ys)]) + 1
    side = np.maximum(high - low, SMALLEST * max(h, w))
    side = np.minimum(np.maximum(side, side[::-1] / 2) * ZOOM, (w, h))
    if side.prod() > NEARLY_ALL * w * h:
        return None
    corner = np.clip((low + high - side) / 2, 0, np.array([w, h]) - side)
    return (*np.round(corner).astype(int), *np.round(corner + side).astype(int))


def weighed(logits, iou):
    """The mean of the masks [B, 3, h, w] as deployment has them (see export.SOFTNESS), weighed by iou [B, 3]: logits.

    The best mask decides where it is clearly the best; two that are nearly as good agree pixel by pixel.
    """
    weights = iou.clamp(min=1e-3) ** DECIDEDNESS
    weights = (weights / weights.sum(1, keepdim=True))[:, :, None, None]
    mean = (weights * (logits / SOFTNESS).sigmoid()).sum(1, keepdim=True)
    return SOFTNESS * torch.logit(mean, 1e-4)


class Predictor:
    def __init__(self, model, size, device):
        self.model, self.size, self.device = model.eval(), size, device
        self.mean, self.std = (torch.tensor(v)[:, None, None] for v in (MEAN, STD))

    def resize(self, image):
        """[C, h, w] -> [1, C, S, S]"""
        return F.interpolate(image[None], (self.size, self.size), mode="bilinear", antialias=True)

    def one_pass(self, photos, prompts, rectangles, previous):
        """Logits at the photos' size, [4, h, w] each: the weighed mask, then all three, the best one first; and the best
        one's predicted IoU [B].

        photos [3, h, w] in 0..255; previous [h, w] logits or None each.
        """
        drawn = Prompt(len(photos), self.size, torch.device("cpu"))
        images = []
        for i, (photo, prompt, (x0, y0, x1, y1)) in enumerate(zip(photos, prompts, rectangles)):
            images.append(self.resize(((photo - self.mean) / self.std)[:, y0:y1, x0:x1]))
            scale = torch.tensor([self.size / (x1 - x0), self.size / (y1 - y0)], dtype=torch.float32)
            corner = torch.tensor([x0, y0])
            only_this = torch.arange(len(photos)) == i
            for given, channel in ((prompt.positive, drawn.positive), (prompt.negative, drawn.negative)):
                for point in given:
                    place = (torch.tensor([int(v) for v in point]) + 0.5 - corner) * scale - 0.5
                    channel.append((place.expand(len(photos), 2), only_this))
            if prompt.box is not None:
                drawn.has_box[i] = True
                drawn.boxes[i] = (torch.tensor([float(v) for v in prompt.box]) - corner.repeat(2)) * scale.repeat(2)
            if previous[i] is not None:
                drawn.previous[i] = self.resize(previous[i][None, y0:y1, x0:x1].sigmoid())[0]
        x = torch.cat([torch.cat(images), drawn.channels()], 1).to(self.device, memory_format=torch.channels_last)
        with torch.no_grad():
            masks, iou = (out.float().cpu() for out in self.model(x))
        means = weighed(masks, iou)
        results = []
        for photo, mean, mask, quality, (x0, y0, x1, y1) in zip(photos, means, masks, iou, rectangles):
            full = photo.new_full((1 + len(mask), *photo.shape[1:]), OUTSIDE)
            ranked = torch.cat([mean, mask[quality.argsort(descending=True)]])
            full[:, y0:y1, x0:x1] = F.interpolate(ranked[None], (y1 - y0, x1 - x0), mode="bilinear")[0]
            results.append(full)
        return results, iou.amax(1)

    def predict(self, photos, prompts, previous=None, passes=2):
        """The masks of one_pass, with the second pass where it pays."""
        previous = previous or [None] * len(photos)
        whole = [(0, 0, photo.shape[2], photo.shape[1]) for photo in photos]
        first = list(whole)
        if passes == 2:
            for i, (photo, prompt) in enumerate(zip(photos, prompts)):
                if prompt.box is not None:
                    first[i] = zoom_rectangle(photo.shape[1:], prompt, None) or whole[i]
        results, expected = self.one_pass(photos, prompts, first, previous)
        if passes == 1:
            return results
        zoomed = [
            zoom_rectangle(p.shape[1:], u, r[0].numpy() > 0) if u.box is None and u.positive and e < SURE_ENOUGH else None
            for p, u, r, e in zip(photos, prompts, results, expected)
        ]
        rows = [i for i, rectangle in enumerate(zoomed) if rectangle]
        if rows:
            again, _ = self.one_pass(*([values[i] for i in rows] for values in (photos, prompts, zoomed, previous)))
            for i, result in zip(rows, again):
                results[i] = result
        return results
