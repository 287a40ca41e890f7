"""The loss of a batch of predictions."""

import torch
from torch.nn import functional as F


def mask_losses(logits, target, valid):
    """2 · cross-entropy + Dice of each mask: [B, 3]. logits [B, 3, h, w]; target, valid [B, h, w] in 0..1."""
    target, valid = target[:, None].expand_as(logits), valid[:, None]
    entropy = F.binary_cross_entropy_with_logits(logits, target, reduction="none")
    entropy = (entropy * valid).sum((2, 3)) / valid.sum((2, 3)).clamp(min=1)
    inside = logits.sigmoid() * valid
    target = target * valid
    dice = 1 - (2 * (inside * target).sum((2, 3)) + 1) / (inside.sum((2, 3)) + target.sum((2, 3)) + 1)
    return 2 * entropy + dice


def mask_ious(logits, target, valid):
    """IoU of each thresholded mask: [B, 3]."""
    inside = (logits > 0) & (valid[:, None] > 0.5)
    target = ((target > 0.5) & (valid > 0.5))[:, None]
    return (inside & target).sum((2, 3)) / (inside | target).sum((2, 3)).clamp(min=1)


def total(logits, iou, target, ignore):
    """The loss to minimise, and figures for the log. target and ignore [B, S, S]; logits at S/2.

    Only the best of the three masks learns in full, so that they can answer an ambiguous click differently. Samples
    whose target is not visible count for nothing.
    """
    target, valid = F.avg_pool2d(target[:, None], 2)[:, 0], 1 - F.avg_pool2d(ignore[:, None], 2)[:, 0]
    visible = ((target * valid).sum((1, 2)) > 4).float()
    losses = mask_losses(logits, target, valid)
    true_iou = mask_ious(logits.detach(), target, valid)
    error = (iou - true_iou) ** 2
    each = losses.amin(1) + 0.1 * losses.mean(1) + error.mean(1)
    count = visible.sum().clamp(min=1)
    chosen = true_iou.gather(1, iou.argmax(1, keepdim=True))[:, 0]
    figures = torch.stack([(x * visible).sum() / count for x in (each.detach(), chosen, true_iou.amax(1))])
    return (each * visible).sum() / count, figures
