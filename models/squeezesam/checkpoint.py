"""Checkpoints: what a training run needs to go on, and the small weights file that is committed."""

import os

import torch

from network import SqueezeSam


def save(path, state):
    """Writes atomically: an interrupted write leaves the file before it."""
    temporary = path.with_suffix(".tmp")
    torch.save(state, temporary)
    os.replace(temporary, path)


def load_model(path):
    """The averaged model of a checkpoint or a weights file, and a line that says what it is."""
    state = torch.load(path, map_location="cpu")
    model = SqueezeSam()
    model.load_state_dict({k: v.float() if v.is_floating_point() else v for k, v in state["average"].items()})
    finished = ", learning rate decayed to zero" if state["finished"] else ""
    return model, f"Trained on licences `{state['licenses']}`, {state['samples']:,} samples{finished}"


def write_weights(checkpoint, path):
    """The averaged weights of a checkpoint as float16, with what load_model needs and nothing else."""
    state = torch.load(checkpoint, map_location="cpu")
    average = {k: v.half() if v.is_floating_point() else v for k, v in state["average"].items()}
    save(path, {"average": average, **{k: state[k] for k in ("licenses", "samples", "finished")}})
