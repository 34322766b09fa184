"""A secret key on a sheet of paper: a page to be printed, put into an envelope and locked away."""

import html
from collections.abc import Sequence

import segno

GROUP = 6
_PAGE = """<!doctype html>
<html lang="zh-Hans">
<meta charset="utf-8">
<title>{title}</title>
<style>
body {{ font: 12pt/1.5 sans-serif; margin: 2cm; }}
code {{ font: 14pt/1.6 monospace; overflow-wrap: anywhere; }}
svg {{ width: 6cm; height: 6cm; }}
td {{ padding-right: 1em; vertical-align: top; }}
.warn {{ border: 2pt solid; padding: .5em 1em; }}
</style>
<h1>密钥纸质备份<br>Paper backup of a key</h1>
<table>
<tr><td>用途 Purpose<td>{title}
<tr><td>编号 Name<td><code>{name}</code>
<tr><td>打印日期 Printed<td>{day}
</table>
<p class="warn">持有本页即可冒用或解开数据。打印后请立即删除本文件，把本页装入信封，签字封口，锁入保险柜。<br>
Whoever holds this page can act with the key. Delete this file after printing; put the page into an envelope,
sign across the flap, lock it away.</p>
<p><code>{secret}</code></p>
<p>{code}</p>
{notes}<p>恢复 To restore: <code>{command}</code><br>
空格、换行、大小写都可忽略；输错会被发现。 Blanks, line ends and case do not matter; a typing mistake is noticed.</p>
</html>
"""


def paper_page(title: str, name: str, day: str, secret: str, command: str, notes: Sequence[str] = ()) -> str:
    """Return the page as one HTML file that needs nothing else: the secret in groups of six, and as a QR code.

    A secret that is in short groups already stays as it is.

    Args:
        title: what the key is for.
        name: the key's public half, by which it is recognised.
        command: what to call to type it in again.
        notes: what else has to be known when the page is needed.
    """
    head, dash, body = secret.rpartition("-")
    parts = [head + dash, *(body[at : at + GROUP] for at in range(0, len(body), GROUP))]
    groups = " ".join(parts) if len(body) > GROUP else secret
    code = segno.make(secret, error="m", micro=False).svg_inline(border=2, omitsize=True)
    texts = {"title": title, "name": name, "day": day, "secret": groups, "command": command}
    lines = "".join(f"<p>{html.escape(note)}</p>\n" for note in notes)
    return _PAGE.format(code=code, notes=lines, **{key: html.escape(text) for key, text in texts.items()})
