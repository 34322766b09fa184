"""Takes from a PNG what is not the picture."""

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_KEPT = {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"pHYs"}


def bare_png(content: bytes) -> bytes | None:
    """Return the same coded picture without texts, times, EXIF or anything after its end; None if it has no end."""
    kept, place = [_SIGNATURE], len(_SIGNATURE)
    while place + 12 <= len(content):
        end = place + 12 + int.from_bytes(content[place : place + 4], "big")
        kind = content[place + 4 : place + 8]
        if kind in _KEPT:
            kept.append(content[place:end])
        if kind == b"IEND":
            return b"".join(kept)
        place = end
    return None
