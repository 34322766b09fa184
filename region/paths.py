"""Where what the region ships with lies."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FONT = ROOT / "static" / "vendor" / "noto-sans-sc" / "NotoSansSC-Regular.otf"
