"""Cameras: drivers beside one another, and the thread they share."""

import os

# Without this Windows' Media Foundation takes 4 to 20 s to open many cameras (opencv #17687, #26495); it is read when
# cv2 is loaded, so it stands before any import of it.
os.environ.setdefault("OPENCV_VIDEOIO_MSMF_ENABLE_HW_TRANSFORMS", "0")

# FFmpeg would write a line to the terminal at each attempt to reach a network camera; our own log says it once.
os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
os.environ.setdefault("OPENCV_LOG_LEVEL", "ERROR")
