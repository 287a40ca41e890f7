"""Simulated prompts, for batches of masks on the processor or a GPU, and their drawing as input channels.

Masks are [B, S, S] floats in 0..1, points [B, 2] are (x, y) in pixels of that grid. Clicks are kept as a list of
(points, valid [B] bool) pairs, so that a sample may have fewer clicks than its neighbours in the batch.
"""

import torch
from torch.nn import functional as F

RADIUS = 5.0 / 256  # of a click's disk, in sides of the input


def depth(mask):
    """How deep each cell lies inside its mask, in cells, up to 16: [B, h, w]. The border of the image is outside."""
    x = F.pad((mask > 0.5).to(mask.dtype), (1, 1, 1, 1))[:, None]
    total = torch.zeros_like(x)
    for step in range(16):
        total += x
        if step % 2:  # a square and a cross in turn: close to the Euclidean distance
            x = -F.max_pool2d(-x, 3, 1, 1)
        else:
            x = -torch.maximum(F.max_pool2d(-x, (3, 1), 1, (1, 0)), F.max_pool2d(-x, (1, 3), 1, (0, 1)))
        x[..., 0, :] = x[..., -1, :] = x[..., :, 0] = x[..., :, -1] = 0
    return total[:, 0, 1:-1, 1:-1]


def pick(score):
    """Points [B, 2] of the highest score in [B, h, w]."""
    b, h, w = score.shape
    index = score.reshape(b, -1).argmax(1)
    return torch.stack([index % w, torch.div(index, w, rounding_mode="floor")], 1).float()


def deepest_point(mask):
    """A point among the deepest of each mask, and how deep that is; found on a quarter of the grid, which is quick.

    A mask too thin for that grid has a random point and depth 0.
    """
    d = depth(F.avg_pool2d(mask[:, None], 4)[:, 0])
    cells = pick(torch.where(d > 0, d + torch.rand_like(d) * 0.6, d))
    points = cells * 4 + torch.randint(1, 3, (2,), device=mask.device)
    deepest = d.flatten(1).amax(1)
    column, row = points.long().unbind(1)
    hit = (deepest > 0) & (mask[torch.arange(len(mask), device=mask.device), row, column] > 0.5)
    return torch.where(hit[:, None], points, random_point(mask)), deepest


def random_point(mask):
    """A uniformly random point inside each mask."""
    return pick(torch.rand_like(mask) * (mask > 0.5))


def box_of(mask):
    """x0, y0, x1, y1 [B, 4] of each mask, ends exclusive; of an empty one S, S, 0, 0."""
    b, h, w = mask.shape
    inside = mask > 0.5
    columns, rows = inside.any(1), inside.any(2)
    x, y = torch.arange(w, device=mask.device), torch.arange(h, device=mask.device)
    far = torch.full_like(x, w), torch.full_like(y, h)
    return torch.stack(
        [
            torch.where(columns, x, far[0]).amin(1),
            torch.where(rows, y, far[1]).amin(1),
            torch.where(columns, x + 1, torch.zeros_like(x)).amax(1),
            torch.where(rows, y + 1, torch.zeros_like(y)).amax(1),
        ],
        1,
    ).float()


def draw_disks(clicks, size, like):
    """Channel [B, 1, size, size]: 1 within RADIUS of a valid click."""
    grid = torch.arange(size, device=like.device, dtype=like.dtype)
    channel = torch.zeros(len(like), size, size, device=like.device, dtype=like.dtype)
    for points, valid in clicks:
        near = (grid - points[:, :1])[:, None, :] ** 2 + (grid - points[:, 1:])[:, :, None] ** 2 <= (RADIUS * size) ** 2
        channel = torch.maximum(channel, (near & valid[:, None, None]).to(like.dtype))
    return channel[:, None]


def draw_boxes(boxes, valid, size):
    """Channel [B, 1, size, size]: 1 inside each valid box (x0, y0, x1, y1)."""
    grid = torch.arange(size, device=boxes.device) + 0.5
    columns = (grid > boxes[:, :1]) & (grid < boxes[:, 2:3])
    rows = (grid > boxes[:, 1:2]) & (grid < boxes[:, 3:])
    return (rows[:, :, None] & columns[:, None, :] & valid[:, None, None]).float()[:, None]


class Prompt:
    """The prompts of a batch, and the channels they make."""

    def __init__(self, batch, size, device):
        self.size, self.device = size, device
        self.positive, self.negative = [], []
        self.boxes = torch.zeros(batch, 4, device=device)
        self.has_box = torch.zeros(batch, dtype=torch.bool, device=device)
        self.previous = torch.zeros(batch, 1, size, size, device=device)

    def channels(self):
        return torch.cat(
            [
                draw_disks(self.positive, self.size, self.previous),
                draw_disks(self.negative, self.size, self.previous),
                draw_boxes(self.boxes, self.has_box, self.size),
                self.previous,
            ],
            1,
        )

    def correct(self, target, ignore, probability, deep, active):
        """Adds the click a user would add: in the larger of what is missing and what is too much.

        `probability` [B, S, S] is the mask so far; `deep` and `active` [B] say for which samples the click is the
        deepest point (else a random one) and for which there is one at all.
        """
        wrong = ((probability > 0.5) != (target > 0.5)) & (ignore < 0.5)
        missing, excess = (wrong & (target > 0.5)).float(), (wrong & (target <= 0.5)).float()
        points_missing, depth_missing = deepest_point(missing)
        points_excess, depth_excess = deepest_point(excess)
        is_missing = depth_missing >= depth_excess
        area = torch.where(is_missing[:, None, None], missing, excess)
        deepest = torch.where(is_missing[:, None], points_missing, points_excess)
        points = torch.where(deep[:, None], deepest, random_point(area))
        active = active & (area.flatten(1).sum(1) > 0)
        self.positive.append((points, active & is_missing))
        self.negative.append((points, active & ~is_missing))
        self.previous = torch.where(active[:, None, None, None], probability[:, None], self.previous)


def first_prompt(target, ignore, single, random=0.5):
    """A training batch's prompts before any correction.

    One click for most (a share `random` of them anywhere, the others at the deepest point), several for some, a box (with a click or alone) for some,
    and nothing for a few photos with a single subject (`single` [B] bool).
    """
    b, size, _ = target.shape
    device = target.device
    prompt = Prompt(b, size, device)
    chance = torch.rand(b, device=device)
    nothing = single & (chance < 0.08)
    several = (chance > 0.70) & (chance <= 0.85)
    boxed = chance > 0.85
    clicked = ~nothing & ~(boxed & (torch.rand(b, device=device) < 0.6))

    deep = torch.rand(b, device=device) >= random
    points = torch.where(deep[:, None], deepest_point(target)[0], random_point(target))
    prompt.positive.append((points, clicked))
    for share in (0.7, 0.4):
        prompt.positive.append((random_point(target), several & (torch.rand(b, device=device) < share)))

    tight = box_of(target)
    extent = (tight[:, 2:] - tight[:, :2]).clamp(min=1).repeat(1, 2)
    around = draw_boxes(tight + extent * tight.new_tensor([-0.3, -0.3, 0.3, 0.3]), tight[:, 2] > 0, size)[:, 0]
    outside = around * (target < 0.01) * (ignore < 0.5)
    some_outside = outside.flatten(1).sum(1) > 0
    for share in (0.6, 0.3):
        valid = several & some_outside & (torch.rand(b, device=device) < share)
        prompt.negative.append((random_point(outside), valid))

    prompt.boxes = tight + extent * torch.randn(b, 4, device=device).clamp(-2, 2) * 0.04
    prompt.has_box = boxed
    return prompt
