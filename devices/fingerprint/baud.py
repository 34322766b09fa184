"""At which speed the sensor speaks: finding it, raising it, and leaving it as it was.

A sensor keeps its rate in flash memory: after a power cut, or a program that died between raising and setting back, it
speaks at whatever rate it was last told, and nothing but trying tells which. It answers a change still at the old rate;
some modules change only when power comes back (pyfingerprint issue 41).
"""

import time
from collections.abc import Iterator, Sequence

from devices.errors import ConfigurationError, NotRespondingError
from devices.fingerprint.port import ANSWER_S
from devices.fingerprint.vocabulary import SensorCommands, StillSendingError

FACTORY_BAUD_RATE = 57_600
BEST_BAUD_RATE = 115_200
"""The most the manual knows. Some modules do 921600 or so, some adapters fail at it (pyfingerprint issue 52)."""

FIRST = (FACTORY_BAUD_RATE, BEST_BAUD_RATE)
SECOND = (9_600, 19_200, 38_400)
LAST = (28_800, 48_000, 67_200, 76_800, 86_400, 96_000, 105_600)

SEARCH_S = 1.3
"""How long all rates may take together; a dead sensor is to be reported within 1.5 s."""

LIKELY_S, UNLIKELY_S, ONLY_S = 0.09, 0.06, 0.6
"""How long an answer is waited for: 40 bytes take 7 ms at 57 600 baud, and a sensor a few more to think."""

PICTURE_AT_SLOWEST_S = 8.0
"""A picture at the factory's rate takes seven, and cannot be called back."""

SETTLE_S = 0.05
"""Between the sensor's answer to a change and the first word at the new rate."""


def find(sensor: SensorCommands, likely: Sequence[int], is_serial: bool) -> None:
    """Leave the port at the rate at which the sensor answers.

    Args:
        likely: rates to try first.
        is_serial: the port is a serial one of this computer; a socket's far end has its own rate.

    Raises:
        NotRespondingError: it answers at none.
        ConfigurationError: it has another address.
        serial.SerialException: the port went away.
    """
    attempts = attempts_at(likely) if is_serial else iter([(sensor.port.baud_rate, ONLY_S)] * 2)
    deadline, trouble = time.monotonic() + SEARCH_S, None
    for baud_rate, wait_s in attempts:
        if time.monotonic() > deadline:
            break
        if sensor.port.baud_rate != baud_rate:
            sensor.port.baud_rate = baud_rate
        try:
            _hear(sensor, wait_s)
            return
        except StillSendingError:
            sensor.wait_until_quiet(PICTURE_AT_SLOWEST_S)
            _hear(sensor, ANSWER_S)
            return
        except NotRespondingError as error:
            trouble = error
    raise NotRespondingError("the sensor is silent at every speed") from trouble


def attempts_at(likely: Sequence[int]) -> Iterator[tuple[int, float]]:
    """Yield rates to try and how long, the likely ones again and again: a sensor is deaf while it wakes up."""
    first = list(dict.fromkeys([*likely, *FIRST]))
    for rates in (first, [rate for rate in SECOND if rate not in first], first, LAST, first):
        yield from ((rate, UNLIKELY_S if rates is LAST else LIKELY_S) for rate in rates)


def change(sensor: SensorCommands, baud_rate: int) -> bool:
    """Bring sensor and port to another rate, and tell whether they are there; if not they are as they were.

    Raises:
        NotRespondingError: the sensor was lost over it.
    """
    before = sensor.port.baud_rate
    try:
        sensor.set_baud_rate(baud_rate)
    except ConfigurationError:
        return False
    sensor.port.baud_rate = baud_rate
    time.sleep(SETTLE_S)
    find(sensor, (baud_rate, before), is_serial=True)
    if sensor.port.baud_rate == baud_rate:
        return True
    sensor.set_baud_rate(before)  # it would change when power comes back, when nobody expects it
    return False


def _hear(sensor: SensorCommands, wait_s: float) -> None:
    sensor.port.answer_s = wait_s
    try:
        sensor.parameters()
    finally:
        sensor.port.answer_s = ANSWER_S
