"""Pictures and prints as they travel between agent and venue."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import cv2
import numpy as np

from devices.agent.pairing import PairingKey
from devices.base import FingerScan, Frame, Pixels
from devices.errors import CaptureRejectedError, NotRespondingError
from devices.formats.coding import Coding
from devices.formats.finger_image import FingerImage, read_record, write_record

FRAMES = "application/vnd.kaodian.frames"
"""Media type: a line of JSON that says number, time and length of each picture, then the pictures one after another."""

LIVE, STILL = "jpeg", "png"
"""A live picture may lose a little; what may be kept must not (docs/adr/0013)."""

SPEC_VERSION = "0.9.5"
_LIVE_QUALITY = 90
_ENCODERS: Mapping[str, tuple[str, Sequence[int]]] = {
    LIVE: (".jpg", (cv2.IMWRITE_JPEG_QUALITY, _LIVE_QUALITY)),
    STILL: (".png", (cv2.IMWRITE_PNG_COMPRESSION, 1)),
}


def encode(pixels: Pixels, kind: str) -> bytes:
    """Return the picture as `jpeg` or `png`."""
    suffix, options = _ENCODERS[kind]
    return cv2.imencode(suffix, pixels, options)[1].tobytes()


def decode(content: bytes, flags: int = cv2.IMREAD_COLOR) -> Pixels:
    """Return the pixels of a picture, BGR unless `flags` say otherwise.

    Raises:
        NotRespondingError: these bytes are no picture.
    """
    try:
        pixels = cv2.imdecode(np.frombuffer(content, np.uint8), flags) if content else None
    except cv2.error as error:
        raise NotRespondingError("what came is no picture") from error
    if pixels is None:
        raise NotRespondingError("what came is no picture")
    return np.asarray(pixels, np.uint8)


def pack_frames(frames: Sequence[Frame], kind: str) -> bytes:
    """Return frames as one body of the media type `FRAMES`."""
    pictures = [encode(frame.pixels, kind) for frame in frames]
    heads = [
        {"seq": frame.seq, "takenAt": frame.taken_at.isoformat(), "bytes": len(picture)}
        for frame, picture in zip(frames, pictures, strict=True)
    ]
    return b"\n".join((json.dumps(heads).encode(), b"".join(pictures)))


def unpack_frames(body: bytes) -> Iterator[Frame]:
    """Yield the frames of a body.

    Raises:
        NotRespondingError: it is cut short, or no such body.
    """
    line, _, pictures = body.partition(b"\n")
    try:
        heads = [
            (int(head["seq"]), datetime.fromisoformat(head["takenAt"]), int(head["bytes"])) for head in json.loads(line)
        ]
    except (ValueError, TypeError, KeyError) as error:
        raise NotRespondingError("the agent's answer is no pictures") from error
    start = 0
    for seq, taken_at, size_bytes in heads:
        yield Frame(seq, taken_at, decode(pictures[start : start + size_bytes]))
        start += size_bytes


def pack_scan(scan: FingerScan, driver: str, asked: Mapping[str, Any], key: PairingKey) -> dict[str, Any]:
    """Return one print as an element of SBI's `biometrics`: an ISO/IEC 19794-4 record in a JWS of the pairing key."""
    quality = scan.device_quality if scan.device_quality is not None else -1
    image = FingerImage(scan.pixels, 0, scan.resolution_ppi, scan.taken_at, coding=Coding.PNG)
    payload = {
        "deviceCode": scan.device_id,
        "bioType": "Finger",
        "bioSubType": _first(asked.get("bioSubType")) or "UNKNOWN",
        "purpose": "Registration",
        "env": str(asked.get("env", "")),
        "transactionId": str(asked.get("transactionId", "")),
        "timestamp": scan.taken_at.isoformat(),
        "requestedScore": str(asked.get("requestedScore", "")),
        "qualityScore": str(quality),
        "bioValue": to_text(write_record(image)),
        "kaodian": {"driver": driver, "template": to_text(scan.template), "deviceQuality": scan.device_quality},
    }
    data = signed(payload, key)
    return {
        "specVersion": SPEC_VERSION,
        "data": data,
        "hash": _hash_after(str(asked.get("previousHash") or ""), data),
        "sessionKey": "",
        "thumbprint": "",
    }


def unpack_scan(biometric: Mapping[str, Any], key: PairingKey) -> FingerScan:
    """Return the print of an element of `biometrics`.

    Raises:
        NotRespondingError: it is no print, or was not signed with the pairing key.
    """
    payload = opened(str(biometric.get("data", "")), key)
    try:
        own, image = payload["kaodian"], read_record(from_text(payload["bioValue"]))[0]
        return FingerScan(
            pixels=image.pixels,
            template=from_text(own["template"]),
            resolution_ppi=image.resolution_ppi,
            device_id=str(payload["deviceCode"]),
            taken_at=datetime.fromisoformat(payload["timestamp"]),
            device_quality=own["deviceQuality"],
        )
    except (ValueError, TypeError, KeyError, CaptureRejectedError) as error:
        raise NotRespondingError("the agent's answer is no print") from error


def to_text(content: bytes) -> str:
    """Return bytes as base64 for addresses, without padding."""
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def from_text(text: str) -> bytes:
    """Return the bytes of `to_text`.

    >>> from_text(to_text(b"abcd"))
    b'abcd'
    """
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _first(values: Any) -> str:
    return str(values[0]) if isinstance(values, list) and values else ""


def signed(payload: Mapping[str, Any], key: PairingKey) -> str:
    """Return a block as SBI wants it: a JWS, here of the pairing key (HS256) and not of a maker's certificate."""
    parts = [to_text(json.dumps(part).encode()) for part in ({"alg": "HS256", "typ": "JWT"}, payload)]
    return ".".join((*parts, to_text(_hs256(".".join(parts), key))))


def opened(data: str, key: PairingKey) -> dict[str, Any]:
    """Return what is in a block.

    Raises:
        NotRespondingError: it was not signed with the pairing key.
    """
    head, _, signature = data.rpartition(".")
    try:
        if hmac.compare_digest(from_text(signature), _hs256(head, key)):
            payload = json.loads(from_text(head.partition(".")[2]))
            if isinstance(payload, dict):
                return payload
    except ValueError:
        pass
    raise NotRespondingError("the agent's answer was not signed with the pairing key")


def _hs256(signed: str, key: PairingKey) -> bytes:
    """Return the signature of RFC 7515 with HMAC-SHA256."""
    return hmac.new(key.secret, signed.encode(), hashlib.sha256).digest()


def _hash_after(previous: str, block: str) -> str:
    """Return the hash of a block in SBI's chain of captures."""
    return hashlib.sha256((previous + hashlib.sha256(block.encode()).hexdigest()).encode()).hexdigest()
