"""NanoDet through OpenCV's DNN, as heads.mjs has written it for it."""

import cv2
import numpy as np

SIDE = 416
STRIDES = (8, 16, 32)
CLASSES = 80
BINS = np.arange(11, dtype=np.float32)
# Of NanoDet's training, R, G, B; the deviation is in the model's weights.
MEAN = (123.675, 116.28, 103.53)
OVERLAP = 0.6


class Detector:
    def __init__(self, model, threads):
        cv2.setNumThreads(threads)
        self.net = cv2.dnn.readNetFromONNX(model)
        self.names = self.net.getUnconnectedOutLayersNames()

    def detect(self, frame, min_score):
        """frame: [height, width, 3], RGB, uint8. Returns (class, score, [x, y, width, height]) of each object."""
        height, width = frame.shape[:2]
        scale = SIDE / max(height, width)
        w, h = round(width * scale), round(height * scale)
        left, top = (SIDE - w) // 2, (SIDE - h) // 2
        small = cv2.resize(frame, (w, h), interpolation=cv2.INTER_LINEAR)
        square = cv2.copyMakeBorder(small, top, SIDE - h - top, left, SIDE - w - left, cv2.BORDER_CONSTANT)
        self.net.setInput(cv2.dnn.blobFromImage(square, 1.0, (SIDE, SIDE), MEAN))
        heads = sorted(self.net.forward(self.names), key=lambda head: -head.shape[2])
        objects = []
        for stride, head in zip(STRIDES, heads):
            cells = head.shape[3]
            rows = head.reshape(head.shape[1], -1)
            # What passes the threshold passes before the sigmoid, too.
            floor = np.log(min_score / (1 - min_score))
            classes, anchors = np.nonzero(rows[:CLASSES] >= floor)
            for kind, anchor in zip(classes, anchors):
                logits = rows[CLASSES:, anchor].reshape(4, 11)
                shares = np.exp(logits - logits.max(axis=1, keepdims=True))
                reach = (shares @ BINS) / shares.sum(axis=1) * stride
                x, y = (anchor % cells + 0.5) * stride, (anchor // cells + 0.5) * stride
                score = 1 / (1 + np.exp(-rows[kind, anchor]))
                box = [x - reach[0] - left, y - reach[1] - top, reach[0] + reach[2], reach[1] + reach[3]]
                objects.append((int(kind), float(score), [float(value) / scale for value in box]))
        return self.suppress(objects, min_score)

    @staticmethod
    def suppress(objects, min_score):
        kept = []
        for kind in {each[0] for each in objects}:
            same = [each for each in objects if each[0] == kind]
            boxes, scores = [each[2] for each in same], [each[1] for each in same]
            kept += [same[int(i)] for i in np.array(cv2.dnn.NMSBoxes(boxes, scores, min_score, OVERLAP)).flatten()]
        return kept
