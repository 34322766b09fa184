"""Uploaded pictures that are damaged: refused in words, or taken whole."""

from collections.abc import Iterator

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.support.pages import coded, fitted_or_refused, opened, page


def _starts() -> Iterator[bytes]:
    small = page(240, 320)
    exif = Image.Exif()
    exif[0x0112] = 6
    yield coded(small, quality=50)
    yield coded(small, quality=50, exif=exif, progressive=True)
    yield coded(small.quantize(8), "PNG")
    yield coded(small.convert("RGBA"), "PNG", exif=exif)


STARTS = tuple(_starts())


def test_a_picture_whose_exif_points_nowhere_is_taken_as_it_lies() -> None:
    content = bytearray(STARTS[1])
    directory = content.index(b"Exif\0\0") + 10
    content[directory : directory + 4] = b"\xff\xff\xff\x7f"
    fitted = fitted_or_refused(bytes(content))
    assert not isinstance(fitted, str)
    assert (fitted.width_px, fitted.height_px) == (240, 320)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(STARTS), st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=8), st.floats(0, 1))
def test_whatever_is_broken_is_refused_in_words_or_comes_out_whole(
    content: bytes, hits: list[tuple[float, int]], keep: float
) -> None:
    broken = bytearray(content)
    for where, what in hits:
        broken[int(where**3 * (len(broken) - 1))] = what
    if keep < 0.5:
        del broken[int(2 * keep * len(broken)) :]
    fitted = fitted_or_refused(bytes(broken))
    if isinstance(fitted, str):
        assert fitted in {"wrong_type", "not_a_picture", "truncated", "too_many_pixels", "too_small", "animated"}
    else:
        assert opened(fitted).size == (fitted.width_px, fitted.height_px)
