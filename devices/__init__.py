"""The hardware of a station. Knows nothing of candidates."""

import os

# Read once, when OpenCV is loaded: without it Media Foundation takes 4 to 20 s to open some cameras on Windows
# (opencv/opencv#17687). Here, because this file comes before every module that imports cv2.
os.environ.setdefault("OPENCV_VIDEOIO_MSMF_ENABLE_HW_TRANSFORMS", "0")
