"""What a device may send to whoever reads its name: for every place where text comes out.

Sources: the terminal and spreadsheet attacks of CVE-2021-25743, CVE-2024-58251 and CVE-2025-58160, and
CWE-1236.
"""

import re

HOSTILE = (
    "\x1b]52;c;cm0gLXJmIH4=\x07",  # OSC 52: puts a command into the clipboard
    "\x1b]8;;http://198.51.100.1/\x1b\\Hikvision\x1b]8;;\x1b\\",  # OSC 8: a link behind a name
    "\x1b[2J\x1b[1;1Hnothing found",  # clears the screen
    "\x9b31mred",  # CSI as one C1 character
    "DS-2CD\rnot matched",  # overwrites its own row
    "one\ntwo\n10.0.0.9,flagged",  # a second row
    "a\x00b",
    "a\tb\x0b\x0c\x08\x7f",
    "\u202egnihton\u202c",  # reads backwards
    "\u2066\u2069\u200b\ufeff\u00ad",  # isolates, zero width, soft hyphen
    "\u2028\u2029\u0085",  # line separators beyond ASCII
    "[/foo] [link=http://198.51.100.1]here[/link] [bold]",  # markup of the table's library
    ":warning: :skull:",
    "\ud800 half a pair",
    "\U000e0041\U0001f4a9",  # a tag character, which is invisible, and one that is not
    "=1+1",
    "+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1:A9)",
    '  =HYPERLINK("http://198.51.100.1")',
    "＝1+1",
    "＋1",
    "－1",
    "＠x",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    '"; "quoted", comma',
    "海康威视",
)

_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)


def is_harmless(text: str) -> bool:
    """Whether a terminal would show the text and do nothing else; line ends are the exporter's own."""
    return not _FORBIDDEN.search(text.replace("\r\n", "\n"))
