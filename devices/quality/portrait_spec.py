"""What a region asks of a portrait, as numbers."""

from dataclasses import dataclass

from devices.errors import ConfigurationError

Colour = tuple[int, int, int]
"""Red, green and blue, 0 to 255."""
WHITE: Colour = (255, 255, 255)

CHECKS = (
    "low_resolution",
    "camera_turned",
    "no_face",
    "several_faces",
    "eyes_hidden",
    "off_centre",
    "too_far",
    "too_close",
    "tilted",
    "too_dark",
    "too_bright",
    "uneven_light",
    "blurred",
    "background",
    "glare",
)
"""Codes of all checks, the most important first."""


@dataclass(frozen=True, slots=True)
class PortraitSpec:
    """One region's rules; the defaults are the electronic picture norm of the education examinations (480 x 640).

    Shares of the crop are taken with the detector's face box, which is about as wide as the face.

    Attributes:
        face_share: width of the face in the crop we aim at.
        face_share_max: widest face that may result when the camera is too near to do better.
        eye_distance_min: least distance of the eyes in the crop, as a share of its width; 0 where the rules name none.
            The crop is made narrower until it is met.
        eye_line, eye_line_min, eye_line_max: height of the eyes in the crop, from the top: aim and limits.
        centre_tolerance: how far the face may be from the middle, sideways, as a share of the frame's width.
        enlargement_max: how many times the crop may be enlarged to reach its size; above, the face is too far.
        light_min, light_max: mean brightness of the face, 0 to 1.
        dark_share_max, bright_share_max: parts of the face that may be nearly black or burnt out.
        side_difference_max: how much brighter one half of the face may be than the other, 0 to 1.
        sharpness_min: see `measures.sharpness`.
        background: allowed colours, none means any.
        background_distance_max, background_unevenness_max: in CIELAB, see `measures.Background`.
        glare_max: largest burnt-out spot before an eye, as a share of the eye's surroundings.
        warn: codes that are shown but do not stop.
    """

    width_px: int = 480
    height_px: int = 640
    dpi: int = 300
    min_kb: int = 20
    max_kb: int = 40
    face_share: float = 0.50
    face_share_max: float = 0.625
    eye_distance_min: float = 0.0
    eye_line: float = 0.39
    eye_line_min: float = 0.31
    eye_line_max: float = 0.47
    centre_tolerance: float = 0.12
    enlargement_max: float = 1.5
    roll_max_deg: float = 8.0
    light_min: float = 0.22
    light_max: float = 0.86
    dark_share_max: float = 0.35
    bright_share_max: float = 0.12
    side_difference_max: float = 0.3
    sharpness_min: float = 20.0
    background: tuple[Colour, ...] = (WHITE,)
    background_distance_max: float = 18.0
    background_unevenness_max: float = 15.0
    glare_max: float = 0.012
    warn: tuple[str, ...] = ("background", "glare")

    def __post_init__(self) -> None:
        """Refuse numbers that no picture can satisfy.

        Raises:
            ConfigurationError: naming the field.
        """
        unknown = set(self.warn) - set(CHECKS)
        problems = {
            "width_px and height_px": not (0 < self.width_px <= 4000 and 0 < self.height_px <= 4000),
            "dpi": not 1 <= self.dpi <= 1200,
            "min_kb and max_kb": not 0 <= self.min_kb < self.max_kb,
            "face_share": not 0 < self.face_share <= self.face_share_max <= 1,
            "eye_distance_min": not 0 <= self.eye_distance_min < self.face_share_max,
            "eye_line": not 0 < self.eye_line_min <= self.eye_line <= self.eye_line_max < 1,
            "light_min and light_max": not 0 <= self.light_min < self.light_max <= 1,
            f"warn (unknown: {', '.join(sorted(unknown))})": bool(unknown),
        }
        wrong = [name for name, is_wrong in problems.items() if is_wrong]
        if wrong:
            raise ConfigurationError(f"portrait rules: {'; '.join(wrong)} cannot be met")
