"""The page loads nothing, logs nothing and refuses whatever is put into it."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.conftest import needs_chromium, report_path
from tests.reports.browser import Show, all_reports, load

pytestmark = needs_chromium


@all_reports
def test_the_page_loads_nothing_and_logs_nothing(
    built: Path, show: Show, pages: dict[str, tuple[Page, list[str]]], name: str
) -> None:
    page = show(name, unfolded=True)
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    address = f"request: {report_path(built, name).as_uri()}"
    _, log = pages[name]
    assert [line for line in log if line != address and not line.startswith("request: data:")] == []
    assert page.evaluate("[...document.images].filter(i => !i.complete || i.naturalWidth < 100).map(i => i.alt)") == []


def test_the_page_refuses_scripts_and_addresses_elsewhere(built: Path, browser: Browser) -> None:
    page, log = load(browser, report_path(built, "exempel"))
    page.evaluate(
        """async () => {
          const refused = new Promise(done => {
            let number = 0;
            addEventListener('securitypolicyviolation', () => { if (++number === 4) done(); });
            setTimeout(done, 60000);
          });
          for (const [tag, key, value] of [
            ['script', 'textContent', 'window.ran = true'],
            ['img', 'src', 'http://localhost:9/x.png'],
            ['link', 'href', 'http://localhost:9/x.css'],
            ['iframe', 'src', 'http://localhost:9/'],
          ]) document.body.append(Object.assign(document.createElement(tag), {rel: 'stylesheet', [key]: value}));
          await refused;
        }"""
    )
    refused = {line.split()[2] for line in log if line.startswith("console: refused")}
    assert refused == {"script-src-elem", "img-src", "style-src-elem", "frame-src"}
    assert not page.evaluate("'ran' in window")
    page.close()
