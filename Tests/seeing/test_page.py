"""The profile's page in a real browser: opened from disk, zoomed, searched, a box selected."""

import made_traces
import pytest
from browsers import drawn, open_page as opened, until

HOSTILE = "</script><script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"


def test_shows_a_run(chromium, stencil):
    page = stencil.path / "legate_prof" / "index.html"
    opened(chromium, page)
    side = chromium.find_element("id", "side").text
    assert "stencil.py:7 waits for a value every iteration (30 times)" in side
    titles = chromium.execute_script("return tracks.filter(t => t.kind === 'row').map(t => t.row.title)")
    assert titles == ["waits", "program", "worker 0", "worker 1"]
    assert chromium.get_log("browser") == []


def test_zooms_searches_selects(chromium, stencil):
    opened(chromium, stencil.path / "legate_prof" / "index.html")
    chromium.execute_script("setView(total * 0.4, total * 0.5)")
    drawn(chromium)
    before = chromium.execute_script("return view.to - view.from")
    chromium.find_element("id", "canvas").send_keys("w")
    drawn(chromium)
    assert chromium.execute_script("return view.to - view.from") < before

    field = chromium.find_element("id", "search")
    field.send_keys("stencil.py:6")
    assert chromium.find_element("id", "matches").text.endswith("boxes")
    field.send_keys("\n")
    drawn(chromium)
    detail = chromium.find_element("id", "detail").text
    assert "stencil.py:6" in detail and "operations in one pass" in detail
    assert "needs: " in detail or "needed by: " in detail

    # The marked box is there to be seen: its place on the canvas is not the background.
    colours = chromium.execute_script(
        "const c = document.getElementById('canvas'), d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;"
        "return new Set(Array.from({length: d.length / 4}, (_, k) => d[4*k] << 16 | d[4*k+1] << 8 | d[4*k+2])).size"
    )
    assert colours > 8
    assert chromium.get_log("browser") == []


def test_the_critical_path_and_colours_by_line(chromium, stencil):
    opened(chromium, stencil.path / "legate_prof" / "index.html")
    chromium.find_element("id", "path").click()
    chromium.execute_script("document.getElementById('colour').value = 'place'; ask()")
    drawn(chromium)
    assert chromium.execute_script("return ranks[0].path.length") > 20
    assert chromium.execute_script("return labelOf(tracks.at(-1).row, 0).by") == "place"
    assert chromium.get_log("browser") == []


def test_opens_in_a_frame_that_is_not_laid_out_yet(chromium, stencil):
    """As in a notebook: the frame has no width when the page opens, and gets one later."""
    chromium.get_log("browser")
    chromium.get("about:blank")
    chromium.execute_script(
        "const frame = document.body.appendChild(document.createElement('iframe'));"
        "frame.style = 'width:0;height:0;border:0'; frame.sandbox = 'allow-scripts'; frame.srcdoc = arguments[0];",
        (stencil.path / "legate_prof" / "index.html").read_text(),
    )
    frame = chromium.find_element("tag name", "iframe")
    chromium.switch_to.frame(frame)
    until(chromium, "return document.documentElement.dataset.ready === 'yes'")
    assert not chromium.execute_script("return window.legateFrame")
    for width in ("600px", "1100px"):  # The side is below the timeline, and beside it.
        chromium.switch_to.default_content()
        chromium.execute_script("arguments[0].style = `width:${arguments[1]};height:520px`", frame, width)
        chromium.switch_to.frame(frame)
        until(chromium, "return window.legateFrame > 0 && $('canvas').clientWidth > 300")
        assert "stencil.py:7 waits" in chromium.find_element("id", "side").text
    chromium.switch_to.default_content()
    assert chromium.get_log("browser") == []


def test_hostile_names_are_text(chromium, folder):
    name = HOSTILE.replace("/", "\N{FRACTION SLASH}") + "\n.py"
    program = folder.program(
        "import cunumeric as np, legate\n"
        f"with legate.ProfileRange({HOSTILE + chr(10) + chr(0x2028)!r}):\n"
        "    a = np.ones(100000) * 2\n"
        "    print(a.sum())\n",
        name,
    )
    folder.legate("--profile", program)
    opened(chromium, folder.path / "legate_prof" / "index.html")
    assert chromium.title == "Legate profile"
    chromium.find_element("id", "search").send_keys("onerror")
    chromium.find_element("id", "search").send_keys("\n")
    drawn(chromium)
    assert "onerror" in chromium.find_element("id", "detail").text
    assert chromium.execute_script("return document.images.length + document.scripts.length") == 3
    assert chromium.title == "Legate profile"
    assert chromium.get_log("browser") == []


@pytest.mark.slow
def test_a_million_boxes(chromium, folder):
    from legate import profile

    made_traces.large(folder.path / "legate_0.prof", 1_000_000)
    assert profile.main([str(folder.path / "legate_0.prof")]) == 0
    seconds = opened(chromium, folder.path / "legate_prof" / "index.html")
    frames = []
    for k in range(12):
        chromium.execute_script("zoom(0.55, 0.37)")
        drawn(chromium)
        frames.append(chromium.execute_script("return window.legateFrame"))
    print(f"opened in {seconds:.2f} s, frames of {max(frames):.0f} ms at most: {[round(f) for f in frames]}")
    assert chromium.execute_script("return ranks[0].rows.reduce((n, r) => n + r.start.length, 0)") == 1_000_000
    # Counted, not timed: a frame may not draw more than its pixels can show.
    drawn_boxes = chromium.execute_script(
        "let n = 0; const f = CanvasRenderingContext2D.prototype.fillRect;"
        "CanvasRenderingContext2D.prototype.fillRect = function (...a) { n++; return f.apply(this, a); };"
        "setView(0, total); draw(); CanvasRenderingContext2D.prototype.fillRect = f; return n"
    )
    assert drawn_boxes < 12_000
    assert chromium.get_log("browser") == []
