"""The report as PDF, made from the finished page, for printing, filing and reading without a browser."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import cast

from lib.base.errors import WorkbookError
from lib.show import fonts

#: For how many further compilations Typst keeps the results of one.
KEPT_COMPILATIONS = 10
#: The name of the PDF that was written last: written again, it takes a third of the time, as Typst keeps its results.
_last = ""


def warm() -> None:
    """Import the modules that `write` needs, while the chapters still run."""
    import typst  # noqa: F401

    from lib.build.paper import markup  # noqa: F401


def write(html: str, path: Path) -> None:
    """Write a finished page as a tagged PDF (PDF/UA-1); the same page gives the same bytes.

    Nothing is fetched, and no font of the computer is used. Title, description and language are the page's.

    Raises
    ------
    WorkbookError
        If a part of the page has no form on paper, or Typst reports an error.
    """
    # Not at the top: the command must start fast, and most of what it does needs no PDF.
    import typst

    from lib.build.paper.markup import markup
    from lib.build.paper.tables import with_row_headers

    global _last
    made = markup(html)
    if _last != path.name:
        _forget()
    _last = path.name
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "fonts").mkdir()
        for face in fonts.FACES:
            shutil.copy(face.path, folder / "fonts")
        for file, content in made.pictures.items():
            (folder / file).write_bytes(content)
        (folder / "report.typ").write_text(made.text, encoding="utf-8")
        known = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder / "fonts")]
        )
        try:
            compiler = typst.Compiler(str(folder / "report.typ"), root=name, font_paths=known)
            data = cast(bytes, compiler.compile(format="pdf", pdf_standards=["ua-1"]))
        except typst.TypstError as error:
            raise WorkbookError(f"The PDF was not written: {error.message} {' '.join(error.hints)}".strip()) from error
    path.write_bytes(with_row_headers(data, made.tables))


def _forget() -> None:
    """Free the results that Typst keeps of other reports, a hundred megabytes each, by compiling empty documents."""
    import typst

    no_fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False)
    compiler = typst.Compiler(font_paths=no_fonts)
    for _ in range(KEPT_COMPILATIONS + 1):
        compiler.compile(b"", format="pdf")
