"""OpenCV's DNN: `python3 opencv.py FRAMES THREADS MIN_SCORE MODEL LABELS`; see worker.mjs for what it speaks."""

import json
import sys
import time
from pathlib import Path

import numpy as np

from detector import Detector

folder, threads, min_score, model, labels = sys.argv[1:6]
names = json.loads(Path(labels).read_text())
detector = Detector(model, int(threads))
frames = [
    np.fromfile(Path(folder) / each["file"], np.uint8).reshape(each["height"], each["width"], 3)
    for each in json.loads((Path(folder) / "frames.json").read_text())
]
for frame in frames:
    detector.detect(frame, float(min_score))
print("ready", flush=True)
for line in sys.stdin:
    begin = time.perf_counter()
    found = detector.detect(frames[int(line)], float(min_score))
    ms = (time.perf_counter() - begin) * 1000
    print(json.dumps({"ms": ms, "labels": [names[kind] for kind, _, _ in found]}), flush=True)
