"""The photos, their targets, and the split.

A target is one thing a user can mean: an object of a photo, or a group of objects whose union is one thing (a person
with what they hold or wear). Photos are decoded once into two arrays on disk (1.8 GB); reading one then costs a copy.
"""

import hashlib
import json
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

SIDE = 320  # the photos' longer side; a photo lies in the top left of a SIDE×SIDE canvas
IGNORE = 255  # mask value that counts in no loss and no IoU
VALIDATION_SHARE = 0.12
ALIKE = 0.9  # correlation of 16×16 thumbnails above which two photos may be the same picture
OPEN = ("open", "open?")

# How often a photo of each source is drawn, and how often its group (rather than one of its objects) is the target.
SOURCE_WEIGHT = {"coco": 4.0, "cocoperson": 1.2, "pet": 0.5, "ccp": 0.4, "ecssd": 1.3, "bsds": 0.35}
GROUP_SHARE = {"coco": 0.55, "ccp": 0.85}
SINGLE = ("pet", "ecssd", "ccp")  # sources whose photos have one subject: there a photo without a prompt has an answer

DEFAULT_DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "segment"
DEFAULT_CACHE = Path.home() / ".cache" / "brim" / "squeezesam"


@dataclass
class Target:
    photo: int  # index of the photo
    ids: list  # the mask values whose union it is
    kind: str  # object, person, person+held, person+worn, pet, salient, region
    label: str
    area: float  # share of the photo
    box: tuple  # x, y, width, height in the photo's pixels


def kind_of(source, label):
    if source == "cocoperson":
        return "person"
    return {"pet": "pet", "ecssd": "salient", "bsds": "region"}.get(source, "part" if source == "ccp" else "object")


def targets_of(index, photo):
    """All targets of a photo, objects first, then groups."""
    objects = {o["id"]: o for o in photo["objects"]}
    found = [
        Target(index, [o["id"]], kind_of(photo["source"], o["label"]), o["label"], o["area"], tuple(o["bbox"]))
        for o in photo["objects"]
    ]
    for group in photo.get("groups", []):
        members = [objects[i] for i in group["ids"] if i in objects]
        if not members:
            continue
        x0, y0 = (min(o["bbox"][k] for o in members) for k in (0, 1))
        x1, y1 = (max(o["bbox"][k] + o["bbox"][k + 2] for o in members) for k in (0, 1))
        area = sum(o["area"] for o in members)
        found.append(Target(index, group["ids"], group["kind"], group["kind"], area, (x0, y0, x1 - x0, y1 - y0)))
    return found


def digest(name):
    return hashlib.sha256(name.encode()).hexdigest()


def validation_ids(photos):
    """The ids held out: in each (source, licence class), the VALIDATION_SHARE of photos whose hashed id comes first."""
    strata = defaultdict(list)
    for photo in photos:
        strata[photo["source"], photo["license_class"]].append(photo["id"])
    return {i for ids in strata.values() for i in sorted(ids, key=digest)[: round(len(ids) * VALIDATION_SHARE)]}


class Photos:
    """The data set, decoded: `pixels` uint8 [N, 3, SIDE, SIDE], `masks` uint8 [N, SIDE, SIDE], `photos` the index."""

    def __init__(self, data=DEFAULT_DATA, cache=DEFAULT_CACHE):
        self.photos = json.loads((Path(data) / "index.json").read_text())["images"]
        self.pixels, self.masks, thumbnails = decoded(Path(data), Path(cache), self.photos)
        self.targets = [targets_of(i, photo) for i, photo in enumerate(self.photos)]
        held_out = validation_ids(self.photos)
        is_held_out = np.array([photo["id"] in held_out for photo in self.photos])
        self.validation = np.flatnonzero(is_held_out)
        # A training photo that looks like a held-out one would let the split leak: it is not used at all.
        alike = (thumbnails @ thumbnails[is_held_out].T > ALIKE).any(1)
        self.training = np.flatnonzero(~is_held_out & ~alike)

    def training_targets(self, licenses):
        """Targets to train on and the probability of drawing each, for `licenses` open or all."""
        chosen, weights = [], []
        for index in self.training:
            photo = self.photos[index]
            if licenses == "open" and photo["license_class"] not in OPEN:
                continue
            usable = [t for t in self.targets[index] if t.area >= 0.002]
            groups = [t for t in usable if len(t.ids) > 1]
            objects = [t for t in usable if len(t.ids) == 1]
            share = GROUP_SHARE[photo["source"]] if groups and objects else float(bool(groups))
            shares = [share / len(groups) for _ in groups]
            roots = np.sqrt([t.area for t in objects])
            chosen += groups + objects
            weights += [SOURCE_WEIGHT[photo["source"]] * s for s in shares + list((1 - share) * roots / roots.sum())]
        weights = np.array(weights)
        return chosen, weights / weights.sum()


def decoded(data, cache, photos):
    """Pixels, masks and unit-length 16×16 thumbnails [N, 256]; made on first use."""
    cache.mkdir(parents=True, exist_ok=True)
    names = [cache / name for name in ("pixels.npy", "masks.npy", "thumbnails.npy")]
    stamp = cache / "decoded.txt"
    key = digest("".join(photo["id"] for photo in photos))
    if not stamp.exists() or stamp.read_text() != key:
        pixels = np.lib.format.open_memmap(names[0], "w+", np.uint8, (len(photos), 3, SIDE, SIDE))
        masks = np.lib.format.open_memmap(names[1], "w+", np.uint8, (len(photos), SIDE, SIDE))
        thumbnails = np.zeros((len(photos), 256), np.float32)
        for i, photo in enumerate(photos):
            image = Image.open(data / photo["image"]).convert("RGB")
            w, h = image.size
            pixels[i, :, :h, :w] = np.asarray(image).transpose(2, 0, 1)
            masks[i, :h, :w] = np.asarray(Image.open(data / photo["mask"]))
            small = np.asarray(image.convert("L").resize((16, 16), Image.BOX), np.float32).ravel()
            small -= small.mean()
            thumbnails[i] = small / (np.linalg.norm(small) + 1e-6)
        pixels.flush()
        masks.flush()
        np.save(names[2], thumbnails)
        stamp.write_text(key)
    return [np.load(name) for name in names]
