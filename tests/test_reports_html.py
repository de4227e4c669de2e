"""The pages in a real browser: readable, accessible by structure, offline, no script."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

import pytest

from grader.model import Verdict
from grader.reports import html
from tests.result_examples import GOOD, HOSTILE, make_report, make_results

CHROMIUM = "/usr/bin/chromium"


@pytest.fixture(scope="module")
def browser():
    """A browser; where a part is absent the tests skip with its reason."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    executable = CHROMIUM if Path(CHROMIUM).exists() else shutil.which("chromium")
    if executable is None:
        pytest.skip("chromium is not installed")
    arguments = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=executable, args=arguments)
        yield opened
        opened.close()


@pytest.fixture
def pages(tmp_path) -> Path:
    """A class's pages on disk, a hostile student among them."""
    class_ = make_results(
        make_report("anna", GOOD),
        dataclasses.replace(make_report("ben"), exercises=make_report("ben").exercises[:3]),
        make_report(
            "o'neil & <b>co</b>", (Verdict.PASSED, Verdict.FAILED, Verdict.UNGRADED), text=HOSTILE
        ),
    )
    for name, text in html.write(class_).items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.browser
def test_the_class_page_leads_to_every_student_and_asks_for_nothing_else(browser, pages) -> None:
    page = browser.new_page()
    asked, complaints = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("dialog", lambda dialog: complaints.append(dialog.message))
    page.goto((pages / "index.html").as_uri())
    links = page.locator("section[aria-labelledby=students] a")

    assert links.count() == 3
    assert asked == [(pages / "index.html").as_uri()]
    for n in range(3):
        page.goto((pages / "index.html").as_uri())
        links.nth(n).click()
        assert page.locator("h1").count() == 1
        assert page.locator("section.card").count() >= (1 if n else 0)
    assert complaints == []
    page.close()


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 1200])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_fit_any_width_and_keep_their_contrast(browser, pages, width, scheme) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True
    )
    page = context.new_page()
    for path in (pages / "index.html", *sorted((pages / "students").iterdir())):
        page.goto(path.as_uri())
        wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")

        assert wide <= 0, path.name
        assert page.evaluate(_FAINT) == [], path.name
    context.close()


@pytest.mark.browser
def test_pages_have_the_structure_that_readers_navigate_by(browser, pages) -> None:
    page = browser.new_page()
    for path in (pages / "index.html", *sorted((pages / "students").iterdir())):
        page.goto(path.as_uri())

        assert page.evaluate("document.documentElement.lang") == "en"
        assert page.locator("main").count() == page.locator("h1").count() == 1
        assert page.title()
        ids = page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
        assert len(ids) == len(set(ids))
        named = page.evaluate(
            "[...document.querySelectorAll('[aria-labelledby]')]"
            ".every(e => document.getElementById(e.getAttribute('aria-labelledby')))"
        )
        assert named
        assert page.locator("th:not([scope])").count() == 0
        assert page.locator(".dot:not([aria-label])").count() == 0
    page.close()


# Text whose contrast with what lies behind it is below WCAG AA's 4.5.
_FAINT = """() => {
  const parse = c => (c.match(/[\\d.]+/g) || []).map(Number);
  const lum = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  const behind = e => {
    for (; e; e = e.parentElement) {
      const c = parse(getComputedStyle(e).backgroundColor);
      if (c.length === 3 || c[3] === 1) return c;
    }
    return [255, 255, 255];
  };
  const faint = [];
  for (const e of document.querySelectorAll('body *:not(svg, svg *)')) {
    if (![...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())) continue;
    const [a, b] = [lum(parse(getComputedStyle(e).color)), lum(behind(e))];
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < 4.5) faint.push(e.textContent.trim().slice(0, 40) + ' ' + ratio.toFixed(2));
  }
  return faint;
}"""
