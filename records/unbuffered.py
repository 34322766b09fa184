"""Reads a file from its disk and not from the system's memory, which would prove nothing of a stick."""

import os
import sys
from pathlib import Path

if sys.platform == "win32":
    import ctypes
    import mmap
    from ctypes import wintypes

    _GENERIC_READ, _SHARED, _OPEN_EXISTING = 0x80000000, 0x00000001 | 0x00000002 | 0x00000004, 3
    _NO_BUFFERING, _SEQUENTIAL = 0x20000000, 0x08000000
    _INVALID = ctypes.c_void_p(-1).value
    _kernel = ctypes.WinDLL("kernel32", use_last_error=True)
    _kernel.CreateFileW.restype = wintypes.HANDLE
    _kernel.CreateFileW.argtypes = (
        wintypes.LPCWSTR,
        wintypes.DWORD,
        wintypes.DWORD,
        wintypes.LPVOID,
        wintypes.DWORD,
        wintypes.DWORD,
        wintypes.HANDLE,
    )
    _kernel.ReadFile.argtypes = (
        wintypes.HANDLE,
        wintypes.LPVOID,
        wintypes.DWORD,
        ctypes.POINTER(wintypes.DWORD),
        wintypes.LPVOID,
    )
    _kernel.CloseHandle.argtypes = (wintypes.HANDLE,)
    _PIECE = 1024 * 1024
    """A multiple of every sector, as Windows demands of whoever reads past its cache."""

    def read_unbuffered(path: Path) -> bytes:
        """Return the file's bytes; where the disk cannot be read in this way (a network share), as usual."""
        flags = _NO_BUFFERING | _SEQUENTIAL
        handle = _kernel.CreateFileW(str(path), _GENERIC_READ, _SHARED, None, _OPEN_EXISTING, flags, None)
        if handle == _INVALID:
            return path.read_bytes()
        try:
            return _read(handle)
        finally:
            _kernel.CloseHandle(handle)

    def _read(handle: int) -> bytes:
        content, count = bytearray(), wintypes.DWORD()
        with mmap.mmap(-1, _PIECE) as page:  # begins at a page's border, which such a buffer has to
            window = (ctypes.c_char * _PIECE).from_buffer(page)
            try:
                while True:
                    if not _kernel.ReadFile(handle, window, _PIECE, ctypes.byref(count), None):
                        raise ctypes.WinError(ctypes.get_last_error())
                    content += window.raw[: count.value]
                    if count.value < _PIECE:
                        return bytes(content)
            finally:
                del window  # the map cannot be closed while anybody looks into it

else:

    def read_unbuffered(path: Path) -> bytes:
        """Return the file's bytes; on tmpfs, and on a system that cannot be told, out of its memory all the same."""
        with path.open("rb") as file:
            if sys.platform == "darwin":
                import fcntl

                fcntl.fcntl(file.fileno(), fcntl.F_NOCACHE, 1)
            elif hasattr(os, "posix_fadvise"):
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
            return file.read()
