"""Looks at a live picture as browsers do: `python bench/viewers.py HOST PORT COOKIE PATH VIEWERS SECONDS`.

A process of its own, so that what it costs is not counted with the server. Prints pictures a second and viewer.
"""

import http.client
import sys
import threading
import time


def look(host: str, port: int, cookie: str, path: str, until: float, seen: list[int]) -> None:
    """Ask for the next picture again and again."""
    connection, after, count = http.client.HTTPConnection(host, port, timeout=10), -1, 0
    while time.monotonic() < until:
        connection.request("GET", f"{path}&after={after}", headers={"Cookie": cookie})
        answer = connection.getresponse()
        answer.read()
        if answer.status == 200:
            after, count = int(answer.headers["X-Frame-Seq"]), count + 1
    seen.append(count)


def main(host: str, port: int, cookie: str, path: str, viewers: int, seconds: float) -> None:
    """Look with so many viewers for so long."""
    seen: list[int] = []
    until = time.monotonic() + seconds
    threads = [threading.Thread(target=look, args=(host, port, cookie, path, until, seen)) for _ in range(viewers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(round(sum(seen) / len(seen) / seconds, 1))


if __name__ == "__main__":
    host, port, cookie, path, viewers, seconds = sys.argv[1:]
    main(host, int(port), cookie, path, int(viewers), float(seconds))
