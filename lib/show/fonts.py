"""The report's typefaces: Source Sans and Source Serif from locked packages, subset to a page's characters and embedded in it.

No system font is used, so a page looks and prints the same, with the same line breaks, on every machine. Both families
are under the SIL Open Font License 1.1.
"""

from __future__ import annotations

import base64
import io
import string
from dataclasses import dataclass, replace
from functools import cache
from importlib.util import find_spec
from pathlib import Path

SANS = "Source Sans Pro"
SERIF = "Source Serif Pro"
#: OpenType features that are kept: kerning, ligatures, marks, lining figures, and figures of equal width in the sans-serif.
FEATURES = ["kern", "liga", "ccmp", "locl", "mark", "lnum", "tnum"]
#: Characters that are always kept, for counters, list markers and text in the style sheets.
ALWAYS = set(string.printable.strip() + " ÅÄÖåäöéÉ–—−…”’•·→↑↓\u00a0")


@dataclass(frozen=True)
class Face:
    """One style of a family, as CSS describes it."""

    family: str
    weight: int
    style: str
    file: str

    @property
    def path(self) -> Path:
        package = "font_source_sans_pro" if self.family == SANS else "font_source_serif_pro"
        # Located without importing it: on import the package would read all its files.
        spec = find_spec(package)
        assert spec and spec.origin, f"the package {package} is not installed"
        return Path(spec.origin).parent / "files" / self.file


FACES = [
    Face(SANS, 400, "normal", "SourceSansPro-Regular.ttf"),
    Face(SANS, 400, "italic", "SourceSansPro-It.ttf"),
    Face(SANS, 600, "normal", "SourceSansPro-Semibold.ttf"),
    Face(SERIF, 400, "normal", "SourceSerifPro-Regular.ttf"),
    Face(SERIF, 600, "normal", "SourceSerifPro-Semibold.ttf"),
]


def css(text: str) -> str:
    """Return ``@font-face`` rules that embed every face, subset to `ALWAYS` and the characters of ``text``."""
    characters = "".join(sorted(ALWAYS | set(text)))
    return "\n".join(_rule(face, characters) for face in FACES)


def _rule(face: Face, characters: str) -> str:
    source = base64.b64encode(subset(face, characters)).decode()
    return (
        f'@font-face {{ font-family: "{face.family}"; font-weight: {face.weight}; font-style: {face.style}; '
        f'src: url(data:font/woff;base64,{source}) format("woff"); }}'
    )


def subset(face: Face, characters: str) -> bytes:
    """Return a face with only these characters, as WOFF; the same characters give the same bytes.

    Every build waits for this: HarfBuzz subsets a hundred times faster than fontTools, which only packs the result.
    """
    import uharfbuzz  # slow to import, as is fontTools, and only a finished page needs them
    from fontTools.ttLib import TTFont

    wanted = uharfbuzz.SubsetInput()
    wanted.flags = uharfbuzz.SubsetFlags.NO_HINTING
    for character in characters:
        wanted.unicode_set.add(ord(character))
    features = wanted.layout_feature_tag_set
    features.clear()
    for feature in FEATURES:
        features.add(int.from_bytes(feature.encode(), "big"))
    whole = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(face.path)))
    cut = uharfbuzz.subset(whole, wanted).blob.data
    font = TTFont(io.BytesIO(cut), recalcTimestamp=False)
    font.flavor = "woff"
    buffer = io.BytesIO()
    font.save(buffer, reorderTables=None)
    return buffer.getvalue()


def lacking(text: str) -> set[str]:
    """Return the characters that neither family has, and that a reader's system would show in another font."""
    return {character for character in set(text) - _characters() if not character.isspace()}


@cache
def _characters() -> frozenset[str]:
    """Return the characters that at least one family has."""
    import uharfbuzz

    faces = (uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(FACES[i].path))) for i in (0, 3))
    return frozenset(chr(code) for face in faces for code in face.unicodes)


@cache
def register() -> None:
    """Register the sans-serif with matplotlib, once per process."""
    from matplotlib import font_manager

    for face in FACES:
        if face.family == SANS and face.style == "normal":
            font_manager.fontManager.addfont(face.path)
            # The semibold names itself as a separate family; figures use it as the bold of this one.
            if face.weight > 400:
                known = font_manager.fontManager.ttflist
                known[-1] = replace(known[-1], name=SANS, weight=700)
