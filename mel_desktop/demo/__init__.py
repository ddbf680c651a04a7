"""The embedded school: servers, people and messages, and a visit that uses the program on them.

Stands above ui and cli because it drives them as a person would; nothing imports it but
``__main__``.
"""

from __future__ import annotations

from pathlib import Path


def run(
    *,
    headless: bool,
    keep: Path | None = None,
    screenshot: Path | None = None,
    as_json: bool = False,
    quiet: bool = False,
) -> int:
    """``mel-desktop demo``: the window on the school, or the headless visit; an exit code.

    Without ``keep`` nothing stays on disk but the picture, if ``screenshot`` names a file for it.
    """
    from mel_desktop.demo import launch  # noqa: PLC0415 the servers' process needs none of it

    return launch.run(
        headless=headless, keep=keep, screenshot=screenshot, as_json=as_json, quiet=quiet
    )
