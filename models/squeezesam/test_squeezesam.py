"""python3 -m unittest test_squeezesam.py (no data needed)."""

import unittest

import torch

from augment import sample_rectangles
from data import VALIDATION_SHARE, validation_ids
from loss import mask_ious, total
from network import CHANNELS, MASKS, SqueezeSam
from prompts import Prompt, box_of, deepest_point, random_point


def photos(count, source="coco", license_class="open"):
    return [{"id": f"{source}_{i}", "source": source, "license_class": license_class} for i in range(count)]


class Split(unittest.TestCase):
    def test_holds_out_the_same_share_of_each_stratum(self):
        held_out = validation_ids(photos(100) + photos(50, "pet"))
        self.assertEqual(sum(i.startswith("coco") for i in held_out), round(100 * VALIDATION_SHARE))
        self.assertEqual(sum(i.startswith("pet") for i in held_out), round(50 * VALIDATION_SHARE))

    def test_depends_on_the_ids_alone(self):
        self.assertEqual(validation_ids(photos(100)), validation_ids(photos(100)[::-1]))


class Prompts(unittest.TestCase):
    def setUp(self):
        torch.manual_seed(0)
        self.mask = torch.zeros(2, 64, 64)
        self.mask[0, 20:44, 8:56] = 1
        self.mask[1, 3, 5:9] = 1  # thinner than the grid that depth is found on

    def test_the_deepest_point_lies_in_the_middle(self):
        points, _ = deepest_point(self.mask)
        self.assertLess(abs(points[0, 1].item() - 31.5), 5)

    def test_points_lie_inside_even_of_a_thin_mask(self):
        for points in (deepest_point(self.mask)[0], random_point(self.mask)):
            for mask, (x, y) in zip(self.mask, points.long()):
                self.assertEqual(mask[y, x], 1)

    def test_the_box_is_tight(self):
        self.assertEqual(box_of(self.mask).tolist(), [[8, 20, 56, 44], [5, 3, 9, 4]])

    def test_a_correction_adds_what_is_missing_and_removes_what_is_too_much(self):
        prompt = Prompt(2, 64, torch.device("cpu"))
        so_far = torch.stack([torch.zeros(64, 64), torch.ones(64, 64)])
        always = torch.tensor([True, True])
        prompt.correct(self.mask, torch.zeros_like(self.mask), so_far, always, always)
        self.assertEqual(prompt.positive[0][1].tolist(), [True, False])
        self.assertEqual(prompt.negative[0][1].tolist(), [False, True])

    def test_a_perfect_mask_needs_no_correction(self):
        prompt = Prompt(2, 64, torch.device("cpu"))
        always = torch.tensor([True, True])
        prompt.correct(self.mask, torch.zeros_like(self.mask), self.mask, always, always)
        self.assertEqual(prompt.channels().sum().item(), 0)


class Sampling(unittest.TestCase):
    def test_a_rectangle_of_the_canvas_is_copied_exactly_at_its_own_size(self):
        canvas = torch.arange(64.0 * 64).reshape(1, 1, 64, 64)
        part = sample_rectangles(canvas, torch.tensor([[8.0, 16.0, 32.0, 32.0]]), 32)
        self.assertTrue(torch.allclose(part, canvas[:, :, 16:48, 8:40], atol=1e-2))


class Loss(unittest.TestCase):
    def test_ignored_pixels_count_neither_in_the_loss_nor_in_the_iou(self):
        target, ignore = torch.zeros(1, 16, 16), torch.zeros(1, 16, 16)
        target[:, :8] = 1
        ignore[:, 8:] = 1
        logits = torch.full((1, MASKS, 8, 8), 20.0)
        value, _ = total(logits, torch.ones(1, MASKS), target, ignore)
        self.assertLess(value.item(), 1e-3)
        self.assertEqual(mask_ious(logits, target[:, ::2, ::2], 1 - ignore[:, ::2, ::2]).tolist(), [[1.0] * MASKS])

    def test_only_one_of_the_masks_has_to_be_right(self):
        target = torch.zeros(1, 16, 16)
        target[:, :8] = 1
        right = (target[:, ::2, ::2] * 2 - 1) * 20
        one = torch.stack([right, -right, -right], 1)
        none = torch.stack([-right] * 3, 1)
        quality, ignore = torch.tensor([[1.0, 0.0, 0.0]]), torch.zeros(1, 16, 16)
        self.assertLess(total(one, quality, target, ignore)[0], total(none, quality, target, ignore)[0] * 0.2)


class Network(unittest.TestCase):
    def test_masks_have_half_the_input_s_side_at_any_multiple_of_32(self):
        model = SqueezeSam().eval()
        for side in (128, 256):
            with torch.no_grad():
                masks, iou = model(torch.zeros(2, CHANNELS, side, side))
            self.assertEqual(masks.shape, (2, MASKS, side // 2, side // 2))
            self.assertEqual(iou.shape, (2, MASKS))


if __name__ == "__main__":
    unittest.main()
