"""A camera on a desk's own PC, through the agent that runs there."""

from collections.abc import Mapping, Sequence

from devices.agent.line import Line
from devices.agent.packing import unpack_frames
from devices.base import DeviceStatus, Frame, Pixels
from devices.camera.grabbed import GrabbedCamera
from devices.camera.grabber import Grabber
from devices.camera.pace import Pace
from devices.camera.patience import Patience
from devices.camera.source import Source
from devices.errors import ConfigurationError, DeviceError, NotRespondingError

_FRAME_S = 2.0
_OPEN_S = 15.0
_PROBE_S = 1.0
_ON_THE_WAY_S = 0.5
"""What the agent's answer may take longer than the agent was told to wait."""


class RemoteCamera(GrabbedCamera):
    """Shows the agent's live frames, a little reduced; a burst is fetched as the camera gave it, without loss."""

    driver = "camera.remote"

    def __init__(
        self,
        url: str,
        key: str = "",
        device: str = "camera",
        fps: float = 10.0,
        patience: Patience | Mapping[str, float] | None = None,
    ) -> None:
        """Take whom to ask; nobody is asked yet.

        Args:
            url: the agent's address, e.g. `https://10.20.0.31:4501`.
            key: the pairing key, as `python -m devices pair` shows it there.
            device: the camera's role in the agent's own settings.
            fps: live frames a second at most, 1 to 30; ten of 1280 x 720 take some 10 Mbit/s of the venue's network.

        Raises:
            ConfigurationError: address or key cannot be right, or no camera gives pictures at this speed.
        """
        if not 1 <= fps <= 30:
            raise ConfigurationError(f"{fps} pictures a second: 1 to 30 can be asked for")
        self._line, self._device, self._fps = Line(url, key), device, fps
        self._told = ""
        super().__init__(Grabber(self.driver, self._open, patience))

    def burst(self, count: int, timeout_s: float = 3.0) -> Sequence[Frame]:
        asked = {"timeout": timeout_s * 1000, "bio": [{"type": "Face", "count": str(count), "deviceId": self._device}]}
        self._grabber.require_held()
        try:
            body = self._line.ask_frames("RCAPTURE", "/capture", asked, 2 * timeout_s + _ON_THE_WAY_S)
        except DeviceError as error:
            self._told = error.state
            raise
        return self._grabber.adopt(list(unpack_frames(body)))

    def around(self, before: int, after: int, timeout_s: float = 3.0) -> Sequence[Frame]:
        """Return as many new frames: the ones just past have lost a little on the way here."""
        return self.burst(before + after, timeout_s)

    def status(self) -> DeviceStatus:
        own = super().status()
        if own.state == "ready" or not self._told:
            return own
        return DeviceStatus("trouble", self._told, own.last_good_at)

    def probe(self) -> None:
        if super().status().state == "ready":
            return
        try:
            self._told = self._line.state_of(self._device, _PROBE_S)
        except DeviceError as error:
            is_misnamed = isinstance(error, ConfigurationError)
            self._told = error.state or ("configuration" if is_misnamed else "not_responding")

    def port(self) -> str:
        return f"{self._line.url} {self._device}"

    def shutdown(self) -> None:
        super().shutdown()
        self._line.close()

    def _open(self) -> Source:
        try:
            self._line.ask("POST", "/check", {"deviceId": self._device}, _OPEN_S)
        except DeviceError as error:
            self._told = error.state
            raise
        return _Feed(self, self._line, self._device, Pace(self._fps))

    def note(self, state: str) -> None:
        """Remember what the agent said of its camera."""
        self._told = state


class _Feed:
    """The agent's live frames, one after the other."""

    may_hold = True
    """The agent judges whether its camera is frozen: what has a new number is a new picture."""

    def __init__(self, camera: RemoteCamera, line: Line, device: str, pace: Pace) -> None:
        self._camera, self._line, self._device, self._pace = camera, line, device, pace
        self._after = -1

    def read(self) -> Pixels:
        self._pace.wait()
        asked = {"deviceId": self._device, "after": self._after, "timeout": _FRAME_S * 1000}
        try:
            frames = list(unpack_frames(self._line.ask_frames("STREAM", "/stream", asked, _FRAME_S + _ON_THE_WAY_S)))
        except DeviceError as error:
            self._camera.note(error.state)
            raise
        if not frames:
            raise NotRespondingError("the agent sent no picture")
        self._camera.note("")
        self._after = frames[0].seq
        return frames[0].pixels

    def close(self) -> None:
        """Nothing is held: each picture is asked for by itself."""
