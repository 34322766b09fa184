"""Prints how long the photo checks and the page's fitting take here: `python bench/portrait.py [ROUNDS]`.

Medians over the demo people at 1280 x 720, in milliseconds of one core's own time, so that other work on the computer
does not count. Prints one JSON object.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import cv2

from devices.camera.paper import paper_on_desk
from devices.camera.stage import Stage
from devices.quality.faces import find_eyes, find_faces
from devices.quality.jpeg import encode_page
from devices.quality.measures import background, light, sharpness, to_grey
from devices.quality.page import fit_jpeg, load_picture
from devices.quality.portrait import PortraitSpec, assess, crop, encode_jpeg


def median_ms(action: Callable[[int], object], rounds: int) -> float:
    """Call it once unmeasured, then `rounds` times."""
    action(0)
    spent = []
    for number in range(rounds):
        begun = time.thread_time()
        action(number)
        spent.append(time.thread_time() - begun)
    return round(1000 * statistics.median(spent), 2)


def main(rounds: int) -> None:
    """Measure everything."""
    cv2.setNumThreads(1)
    spec = PortraitSpec()
    stages = [Stage("person", number) for number in range(6)]
    frames = [stage.frame("", None) for stage in stages]
    greys = [to_grey(frame) for frame in frames]
    reports = [assess(frame, spec) for frame in frames]
    boxes = [report.face for report in reports if report.face is not None]
    crops = [report.crop for report in reports if report.crop is not None]
    portraits = [crop(frame, report, spec) for frame, report in zip(frames, reports, strict=True)]
    empty, n = stages[0].frame("nobody", None), len(frames)
    paper = encode_page(cv2.resize(paper_on_desk(1), (4000, 3000)), 92, small=False)
    picture = load_picture(paper)
    measured = {
        "assess": lambda i: assess(frames[i % n], spec),
        "assess_near_last_face": lambda i: assess(frames[i % n], spec, boxes[i % n]),
        "assess_nobody": lambda _: assess(empty, spec),
        "faces": lambda i: find_faces(greys[i % n]),
        "faces_near_last_face": lambda i: find_faces(greys[i % n], boxes[i % n]),
        "eyes": lambda i: find_eyes(greys[i % n], boxes[i % n]),
        "light": lambda i: light(greys[i % n], boxes[i % n]),
        "sharpness": lambda i: sharpness(greys[i % n], boxes[i % n]),
        "background": lambda i: background(frames[i % n], crops[i % n], boxes[i % n], spec.background),
        "crop": lambda i: crop(frames[i % n], reports[i % n], spec),
        "encode_jpeg": lambda i: encode_jpeg(portraits[i % n], spec.min_kb, spec.max_kb, spec.dpi),
        "demo_frame": lambda i: stages[i % n].frame("", None),
        "load_picture_12_megapixels": lambda _: load_picture(paper),
        "fit_jpeg_200_kb": lambda _: fit_jpeg(picture, 10, 200),
    }
    print(json.dumps({name: median_ms(action, rounds) for name, action in measured.items()}, indent=1))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 40)
