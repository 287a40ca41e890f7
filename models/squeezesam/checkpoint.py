"""Checkpoints: what a training run needs to go on, and the small weights file that is committed."""

import os

import torch

from network import SqueezeSam

KEPT = ("licenses", "samples", "finished")


def save(path, state):
    """Writes atomically: an interrupted write leaves the file before it."""
    temporary = path.with_suffix(".tmp")
    torch.save(state, temporary)
    os.replace(temporary, path)


def in_floats(weights):
    return {k: v.float() if v.is_floating_point() else v for k, v in weights.items()}


def average_of(paths):
    """The mean of the averaged weights of checkpoints from one stable phase, with what load_model needs.

    Of its samples those of the longest run count alone.
    """
    states = [torch.load(path, map_location="cpu") for path in paths]
    weights = [in_floats(state["average"]) for state in states]
    mean = {k: sum(w[k] for w in weights) / len(weights) if v.is_floating_point() else v for k, v in weights[0].items()}
    most = max(states, key=lambda state: state["samples"])
    return {"average": mean, **{k: most[k] for k in KEPT}}


def model_of(state):
    model = SqueezeSam()
    model.load_state_dict(in_floats(state["average"]))
    return model.eval()


def load_model(path):
    """The averaged model of a checkpoint or a weights file, and a line that says what it is."""
    state = torch.load(path, map_location="cpu")
    finished = ", learning rate decayed to zero" if state["finished"] else ""
    return model_of(state), f"Trained on licences `{state['licenses']}`, {state['samples']:,} samples{finished}"


def write_weights(checkpoint, path):
    """The averaged weights of a checkpoint as float16, with what load_model needs and nothing else."""
    state = torch.load(checkpoint, map_location="cpu")
    average = {k: v.half() if v.is_floating_point() else v for k, v in state["average"].items()}
    save(path, {"average": average, **{k: state[k] for k in KEPT}})
