"""The report as PDF, for those who print it, file it or read it where no browser is: made from the finished page."""

from __future__ import annotations

import contextlib
import gc
import importlib
import io
import logging
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from lib.base.errors import WorkbookError

if TYPE_CHECKING:
    import pikepdf

#: WeasyPrint makes links of elements with this name, here links without a target: what `lib.build.paper.repair` does not let be read.
UNREAD = "a:unread"
#: Of WeasyPrint's warnings, those that something is missing on paper; the others are about styles that it does not know.
LOSSES = (".notdef glyph", "Font-face", "This row has more columns", "Anchor defined twice")
#: Not a loss: `lib.build.gates` has made sure that a picture without alternative text is decoration.
DECORATION = "has no required alt description"
MESSAGE_LENGTH = 200


def missing() -> str:
    """Say what the system lacks for making a PDF, and how to install it; empty if nothing."""
    try:
        # On failure WeasyPrint prints advice of its own.
        with contextlib.redirect_stdout(io.StringIO()):
            importlib.import_module("weasyprint")
    except OSError:
        return (
            "There is no Pango on this computer, which lays out the PDF; install it (Debian and Ubuntu: apt-get install "
            "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0; macOS: brew install pango)."
        )
    return ""


def write(html: str, path: Path) -> None:
    """Write a finished page as a tagged PDF; the same page gives the same bytes.

    Nothing is fetched: what is not in the page itself stops the PDF. Title, description and language are the page's.

    Raises
    ------
    WorkbookError
        If Pango is missing, if something of the page does not reach the paper, or if the PDF could not be read by everybody.
    """
    if lack := missing():
        raise WorkbookError(f"The PDF was not written. {lack}")
    with _no_collection(), _no_clock():
        _write(html, path)


def _write(html: str, path: Path) -> None:
    data, languages = _lay_out(html)
    # Not at the top: the command must start fast, and most of what it does needs no PDF.
    import pikepdf

    from lib.build.paper.check import faults
    from lib.build.paper.repair import repair

    repaired = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        repair(pdf, languages)
        _claim_nothing(pdf)
        pdf.save(repaired, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    # What is checked is what is written, not what was meant to be.
    with pikepdf.open(repaired) as pdf:
        if found := faults(pdf):
            raise WorkbookError("The PDF was not written: " + " ".join(found))
    path.write_bytes(repaired.getvalue())


@contextlib.contextmanager
def _no_clock() -> Iterator[None]:
    """Let fontTools, with which WeasyPrint unpacks the typefaces, note no time in them: the same page gives the same bytes."""
    name = "SOURCE_DATE_EPOCH"
    was = os.environ.get(name)
    os.environ[name] = "0"
    try:
        yield
    finally:
        del os.environ[name]
        if was is not None:
            os.environ[name] = was


@contextlib.contextmanager
def _no_collection() -> Iterator[None]:
    """Let nobody look for unreachable objects meanwhile: among the millions of a layout that takes a quarter of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _claim_nothing(pdf: pikepdf.Pdf) -> None:
    """Take away the mark that the file conforms to PDF/UA: machines check what they can, but no person has heard it read."""
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
        del metadata["pdfuaid:part"]


def _lay_out(html: str) -> tuple[bytes, dict[str, str]]:
    """Return WeasyPrint's PDF, and the texts of the page that are in a language of their own, with the language."""
    import weasyprint
    from weasyprint.urls import URLFetcher

    with _losses() as losses:
        page = weasyprint.HTML(string=html, url_fetcher=URLFetcher(allowed_protocols={"data"}))
        languages = {
            "".join(element.itertext()): element.get("lang")
            for element in page.etree_element.iter()
            if element.get("lang") and element is not page.etree_element
        }
        for element in page.etree_element.iter("span"):
            if element.get("aria-hidden") == "true":
                element.tag = UNREAD
        # The variant writes what PDF/UA-1 asks of a file, and a mark that it conforms, which `_claim_nothing` takes away.
        data = page.write_pdf(pdf_variant="pdf/ua-1")
    if losses:
        raise WorkbookError("The PDF was not written; it would lack something: " + " ".join(losses))
    return data, languages


@contextlib.contextmanager
def _losses() -> Iterator[list[str]]:
    """Collect what WeasyPrint could not show, once each, and keep it and its helpers from writing to the terminal."""
    found: list[str] = []
    handler = logging.Handler(logging.WARNING)

    def take(record: logging.LogRecord) -> None:
        message = record.getMessage()[:MESSAGE_LENGTH]
        lost = record.levelno >= logging.ERROR and DECORATION not in record.getMessage()
        if (lost or message.startswith(LOSSES)) and f"{message}." not in found:
            found.append(f"{message}.")

    handler.emit = take
    logger, fonts = logging.getLogger("weasyprint"), logging.getLogger("fontTools")
    before = logger.propagate, fonts.level
    logger.addHandler(handler)
    logger.propagate = False
    fonts.setLevel(logging.CRITICAL)
    try:
        yield found
    finally:
        logger.removeHandler(handler)
        logger.propagate = before[0]
        fonts.setLevel(before[1])
