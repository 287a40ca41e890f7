"""Training batches: crops, pasted objects, flips and colour, all as batched tensor operations.

The same code runs on the processor and on a GPU, where the decoded photos lie as a whole.
"""

import numpy as np
import torch
from torch.nn import functional as F

from data import IGNORE, SIDE, SINGLE
from network import MEAN, STD


class Batch:
    """image [B, 3, S, S] normalised, target and ignore [B, S, S] in 0..1, single [B] (see data.SINGLE)."""

    def __init__(self, image, target, ignore, single):
        self.image, self.target, self.ignore, self.single = image, target, ignore, single


def sample_rectangles(canvas, rectangles, size):
    """Resamples the rectangle (x, y, w, h; pixels) of each canvas [B, C, H, W] to size×size; zeros outside."""
    side = canvas.shape[-1]
    x, y, w, h = rectangles.unbind(1)
    zero = torch.zeros_like(x)
    theta = torch.stack(
        [
            torch.stack([w / side, zero, (2 * x + w) / side - 1], 1),
            torch.stack([zero, h / side, (2 * y + h) / side - 1], 1),
        ],
        1,
    )
    grid = F.affine_grid(theta, (len(canvas), 1, size, size), align_corners=False)
    return F.grid_sample(canvas, grid, mode="bilinear", padding_mode="zeros", align_corners=False)


def colour(image):
    """Brightness, contrast, saturation, white balance; at times grey, noise and blur. image [B, 3, S, S] in 0..255."""
    b, device = len(image), image.device

    def uniform(low, high, *shape):
        return torch.rand(b, *shape, device=device) * (high - low) + low

    grey = image.mean(1, keepdim=True)
    saturation = torch.where(uniform(0, 1, 1, 1, 1) < 0.05, torch.zeros(1, device=device), uniform(0.5, 1.5, 1, 1, 1))
    contrast = uniform(0.6, 1.4, 1, 1, 1)
    gain = uniform(0.75, 1.25, 1, 1, 1) * uniform(0.92, 1.08, 3, 1, 1)
    centre = grey.mean((2, 3), keepdim=True)
    image = (grey + (image - grey) * saturation - centre) * (contrast * gain) + centre * gain
    if torch.rand(()) < 0.2:  # whole batches, to spare the rest the cost
        noise = torch.randn(b, 1, *image.shape[2:], device=device) * uniform(0, 16, 1, 1, 1)
        soft = F.interpolate(F.avg_pool2d(image, 2), scale_factor=2.0, mode="bilinear", align_corners=False)
        image = torch.lerp(image, soft, uniform(0, 1, 1, 1, 1)) + noise
    return image.clamp(0, 255)


class Augmenter:
    """Draws batches from the training targets. `rng` is a numpy generator, which decides all but the pixels."""

    def __init__(self, photos, licenses, size, device, rng):
        self.size, self.device, self.rng = size, device, rng
        self.targets, self.chances = photos.training_targets(licenses)
        self.extent = np.array([(p["w"], p["h"]) for p in photos.photos], np.float32)
        self.single = np.array([p["source"] in SINGLE for p in photos.photos])
        self.boxes = np.array([t.box for t in self.targets], np.float32)
        donors = np.array([0.004 < t.area < 0.6 and t.kind not in ("region", "part") for t in self.targets])
        self.donor_chances = self.chances * donors / (self.chances * donors).sum()
        self.pixels, self.masks = torch.from_numpy(photos.pixels), torch.from_numpy(photos.masks)
        if device.type == "cuda":
            self.pixels, self.masks = self.pixels.to(device), self.masks.to(device)

    def crop(self, index):
        """A rectangle of the target's photo: all of it, a random part that shows the target, or a zoom on it."""
        rng, target = self.rng, self.targets[index]
        extent = self.extent[target.photo]
        x, y, w, h = self.boxes[index]
        mode = rng.random()
        if mode < 0.3:
            low, shape = np.zeros(2), extent
        elif mode < 0.55:
            shape = extent * rng.uniform(0.5, 1.0) * np.exp(rng.uniform(-0.2, 0.2, 2))
            seen = np.array([x, y]) + rng.random(2) * (w, h)
            low = seen - rng.uniform(0.2, 0.8, 2) * shape
        else:
            side = np.maximum((w, h), 0.5 * max(w, h)) * rng.uniform(1.1, 3.0) * np.exp(rng.uniform(-0.2, 0.2, 2))
            shape = np.maximum(side, 48)
            low = np.array([x, y]) + 0.5 * np.array([w, h]) - rng.uniform(0.35, 0.65, 2) * shape
        shape = np.minimum(shape, extent)
        low = np.clip(low, 0, extent - shape)
        return np.array([*low, *shape], np.float32)

    def donor_rectangle(self, index, aspect):
        """The rectangle around a donor's box that puts it somewhere into a crop of width / height `aspect`."""
        rng = self.rng
        x, y, w, h = self.boxes[index]
        aspect = aspect * np.exp(rng.uniform(-0.25, 0.25))
        height = max(w / aspect, h) / rng.uniform(0.15, 0.8)
        shape = np.array([height * aspect, height])
        covered = np.array([w, h]) / shape
        corner = rng.uniform(-0.15 * covered, 1 - 0.85 * covered)
        return np.array([*(np.array([x, y]) - corner * shape), *shape], np.float32)

    def render(self, indices, rectangles):
        """Photo, target and ignore [n, 5, S, S] of each target's rectangle."""
        photo = torch.tensor([self.targets[i].photo for i in indices], device=self.pixels.device)
        ids = torch.zeros(len(indices), 256)
        for row, i in enumerate(indices):
            ids[row, self.targets[i].ids] = 1
        masks = self.masks[photo].to(self.device)
        canvas = torch.empty(len(indices), 5, SIDE, SIDE, device=self.device)
        canvas[:, :3] = self.pixels[photo].to(self.device)
        canvas[:, 3] = ids.to(self.device).gather(1, masks.flatten(1).long()).reshape(-1, SIDE, SIDE)
        canvas[:, 4] = masks == IGNORE
        return sample_rectangles(canvas, torch.from_numpy(rectangles).to(self.device), self.size)

    def draw(self, batch):
        rng = self.rng
        indices = rng.choice(len(self.targets), batch, p=self.chances)
        rectangles = np.stack([self.crop(i) for i in indices])
        layers = self.render(indices, rectangles)
        single = torch.from_numpy(self.single[[self.targets[i].photo for i in indices]]).to(self.device)

        rows = np.flatnonzero(rng.random(batch) < 0.3)
        if len(rows):
            donors = rng.choice(len(self.targets), len(rows), p=self.donor_chances)
            aspects = rectangles[rows, 2] / rectangles[rows, 3]
            pasted = self.render(donors, np.stack([self.donor_rectangle(i, a) for i, a in zip(donors, aspects)]))
            rows = torch.from_numpy(rows).to(self.device)
            layers[rows] = self.paste(layers[rows], pasted)
            single[rows] = False

        if rng.random() < 0.5:
            layers = layers.flip(3)
        mean = torch.tensor(MEAN, device=self.device)[:, None, None]
        std = torch.tensor(STD, device=self.device)[:, None, None]
        return Batch((colour(layers[:, :3]) - mean) / std, layers[:, 3], layers[:, 4], single)

    def paste(self, below, above):
        """Lays one target over another photo; the new target is the upper or, where enough of it is seen, the lower."""
        alpha = above[:, 3:4] * (1 - above[:, 4:5])
        gain = torch.from_numpy(self.rng.uniform(0.8, 1.2, (len(above), 1, 1, 1)).astype(np.float32)).to(self.device)
        seen = below[:, 3:4] * (1 - alpha)
        enough = seen.sum((1, 2, 3)) > 0.4 * below[:, 3].sum((1, 2)).clamp(min=1)
        lower = enough & (torch.rand(len(below), device=self.device) < 0.4)
        target = torch.where(lower[:, None, None, None], seen, alpha)
        image = torch.lerp(below[:, :3], (above[:, :3] * gain).clamp(max=255), alpha)
        return torch.cat([image, target, below[:, 4:5] * (1 - alpha)], 1)
