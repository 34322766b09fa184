"""What each kind of device is, whoever makes it."""

from devices.base.camera import Camera, Frame, PushedCamera
from devices.base.card import Card, CardReader
from devices.base.device import Device, DeviceStatus, Pixels
from devices.base.fingerprint import FingerprintReader, FingerScan, OnProgress, ScanProgress
from devices.base.printer import Printed, Printer

__all__ = [
    "Camera",
    "Card",
    "CardReader",
    "Device",
    "DeviceStatus",
    "FingerScan",
    "FingerprintReader",
    "Frame",
    "OnProgress",
    "Pixels",
    "Printed",
    "Printer",
    "PushedCamera",
    "ScanProgress",
]
