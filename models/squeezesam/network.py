"""The network: an early-fusion U-Net with a light transformer on its bottleneck.

After SqueezeSAM (Varadarajan et al., arXiv 2312.06736): the prompt enters as image channels, the decoder is
convolutional, mask tokens make one mask each, and each mask's IoU is predicted. The encoder has the layout of
NanoDet-g's backbone, so that it can start from that detector's weights (see nanodet.py); it has no normalisation
layers, because the weights we start from have theirs folded in.

Input  [B, 7, S, S] float32, S a multiple of 32 (256 when deployed):
  0-2 red, green, blue, normalised by MEAN and STD   3 disks at the positive clicks   4 disks at the negative clicks
  5 the filled box   6 the previous mask's probability (zeros when there is none)
Output masks [B, 3, S/2, S/2] logits, and iou [B, 3], each mask's predicted IoU.
"""

import torch
from torch import nn
from torch.nn import functional as F

MEAN = (123.675, 116.28, 103.53)
STD = (58.395, 57.12, 57.375)
CHANNELS = 7
MASKS = 3


def conv(inputs, outputs, kernel=3, stride=1):
    return nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2)


def conv_bn_relu(inputs, outputs, kernel=3):
    """Decoder block. The batch norm is folded into the convolution on export."""
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, 1, kernel // 2, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True)
    )


class Stage(nn.Module):
    """One stage of NanoDet-g's backbone: [B, inputs, H, W] -> [B, 2·width, H/stride, W/stride].

    `pairs` times two half-width convolutions whose outputs are concatenated, then one full-width convolution whose
    output is concatenated with the first one's.
    """

    def __init__(self, inputs, width, stride, pairs):
        super().__init__()
        half = width // 2
        self.first = conv(inputs, width, stride=stride)
        self.pairs = nn.ModuleList(nn.ModuleList([conv(width, half), conv(half, half)]) for _ in range(pairs))
        self.last = conv(width, width)

    def forward(self, x):
        first = F.leaky_relu(self.first(x), 0.1)
        x = first
        for a, b in self.pairs:
            x = F.leaky_relu(a(x), 0.1)
            x = torch.cat([F.leaky_relu(b(x), 0.1), x], 1)
        return torch.cat([F.leaky_relu(self.last(x), 0.1), first], 1)


class Encoder(nn.Module):
    """Features at strides 2, 4, 8, 16, 32 with WIDTHS channels."""

    WIDTHS = (32, 64, 128, 256, 512)

    def __init__(self):
        super().__init__()
        self.stem = conv(CHANNELS, 32, stride=2)
        self.stages = nn.ModuleList(
            [Stage(32, 32, 1, 1), Stage(64, 64, 2, 2), Stage(128, 128, 2, 2), Stage(256, 256, 2, 3)]
        )

    def convolutions(self):
        """All 25 convolutions in the order of the detector's graph."""
        return [m for m in self.modules() if isinstance(m, nn.Conv2d)]

    def forward(self, x):
        x = F.leaky_relu(self.stem(x), 0.1)
        features = [x]
        x = F.max_pool2d(x, 3, 2, 1)
        for stage in self.stages:
            x = stage(x)
            features.append(x)
        return features


class TransformerLayer(nn.Module):
    """Pre-norm self-attention and MLP over tokens [B, N, width]."""

    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.norm1 = nn.LayerNorm(width)
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.norm2 = nn.LayerNorm(width)
        self.mlp = nn.Sequential(nn.Linear(width, 2 * width), nn.ReLU(), nn.Linear(2 * width, width))

    def forward(self, x):
        b, n, width = x.shape
        q, k, v = self.qkv(self.norm1(x)).reshape(b, n, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
        weights = (q @ k.transpose(-2, -1) * (width // self.heads) ** -0.5).softmax(-1)
        x = x + self.out((weights @ v).transpose(1, 2).reshape(b, n, width))
        return x + self.mlp(self.norm2(x))


class SqueezeSam(nn.Module):
    BOTTLENECK = 192
    GRID = 8  # positions are learned on GRID×GRID tokens and resampled for other input sizes

    def __init__(self):
        super().__init__()
        c2, c4, c8, c16, c32 = Encoder.WIDTHS
        width = self.BOTTLENECK
        self.encoder = Encoder()
        self.reduce = nn.Conv2d(c32, width, 1)
        self.positions = nn.Parameter(torch.randn(1, width, self.GRID, self.GRID) * 0.02)
        self.tokens = nn.Parameter(torch.randn(1, MASKS + 1, width) * 0.02)
        self.clicked = nn.Linear(c8, width)
        self.transformer = nn.ModuleList(TransformerLayer(width, 6) for _ in range(2))
        self.norm = nn.LayerNorm(width)

        self.up16, self.skip16 = conv_bn_relu(width, 128, 1), conv_bn_relu(c16, 128, 1)
        self.up8, self.skip8 = conv_bn_relu(128, 96, 1), conv_bn_relu(c8, 96, 1)
        self.up4, self.skip4 = conv_bn_relu(96, 64, 1), conv_bn_relu(c4, 64, 1)
        self.up2, self.skip2 = conv_bn_relu(64, 32, 1), conv_bn_relu(c2, 32, 1)
        self.mix16 = nn.Sequential(conv_bn_relu(128, 128), conv_bn_relu(128, 128))
        self.mix8 = nn.Sequential(conv_bn_relu(96, 96), conv_bn_relu(96, 96))
        self.mix4 = conv_bn_relu(64, 64)
        self.mix2 = nn.Sequential(conv_bn_relu(32, 32), nn.Conv2d(32, 32, 1))

        self.kernels = nn.Sequential(nn.Linear(width, width), nn.ReLU(), nn.Linear(width, 32 + 1))
        self.quality = nn.Sequential(nn.Linear(2 * width + 34, width), nn.ReLU(), nn.Linear(width, 1))

    def forward(self, x):
        f2, f4, f8, f16, f32 = self.encoder(x)

        # What lies under the positive clicks is told to the tokens directly: the mask is "what belongs to that".
        disks = F.avg_pool2d(x[:, 3:4], 8)
        under = (f8 * disks).sum((2, 3)) / (disks.sum((2, 3)) + 1e-3)
        tokens = self.tokens + self.clicked(under)[:, None]

        bottom = self.reduce(f32)
        b, width, h, w = bottom.shape
        positions = self.positions
        if (h, w) != (self.GRID, self.GRID):
            positions = F.interpolate(positions, size=(h, w), mode="bilinear", align_corners=False)
        sequence = torch.cat([tokens, (bottom + positions).flatten(2).transpose(1, 2)], 1)
        for layer in self.transformer:
            sequence = layer(sequence)
        sequence = self.norm(sequence)
        masks, whole = sequence[:, :MASKS], sequence[:, MASKS : MASKS + 1]
        y = sequence[:, MASKS + 1 :].transpose(1, 2).reshape(b, width, h, w)

        y = self.mix16(up(self.up16(y)) + self.skip16(f16))
        y = self.mix8(up(self.up8(y)) + self.skip8(f8))
        y = self.mix4(up(self.up4(y)) + self.skip4(f4))
        y = self.mix2[0](up(self.up2(y)) + self.skip2(f2))

        # The last 1x1 convolution is linear, as are the masks in its results: it works on three kernels and not on
        # every pixel.
        pixels, last = y.flatten(2), self.mix2[1]
        weight, bias = last.weight.flatten(1), last.bias[:, None]
        kernels, constants = self.kernels(masks).split((32, 1), 2)
        kernels = kernels * 32**-0.5
        logits = kernels @ weight @ pixels + (kernels @ bias + constants)
        seen = torch.cat([masks, whole.expand(b, MASKS, width), evidence(logits, pixels, weight, bias)], 2)
        iou = self.quality(seen)[..., 0].sigmoid()
        return logits.reshape(b, MASKS, y.shape[2], y.shape[3]), iou


def evidence(logits, pixels, weight, bias):
    """What a mask says of its own quality, [B, 3, 34]: the features under it, its area, and how unsure its pixels are.

    The features are weight · pixels + bias. Detached: predicting the IoU must not bend the masks.
    """
    inside = logits.detach().sigmoid()
    area = inside.mean(2, keepdim=True)
    total = area * inside.shape[2]
    under = inside @ pixels.detach().transpose(1, 2) @ weight.detach().transpose(0, 1)
    under = (under + total @ bias.detach().transpose(0, 1)) / (total + 1.0)
    unsure = (inside * (1 - inside)).mean(2, keepdim=True) / (area + 1e-4)
    return torch.cat([under, area, unsure], 2)


def up(x):
    return F.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False)


def best_mask(masks, iou):
    """The mask [B, 1, h, w] of the highest predicted IoU, and that IoU [B]."""
    quality, index = iou.max(1)
    return masks[torch.arange(len(masks), device=masks.device), index][:, None], quality
