"""How smooth the profile's page is: frames of a browser while a person would zoom and move.

    .venv/bin/python Benchmarks/timeline.py                 a million boxes
    .venv/bin/python Benchmarks/timeline.py --boxes 100000

A trace of so many boxes is made and its page opened in headless Chromium, from disk. Then the wheel is
turned and the plot dragged, once per frame; measured is the time from each frame to the next, which is
what a person sees, and the time that the page's own script takes of it. Target: two frames of a screen
with 60 a second, 33 ms.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "python"), str(ROOT / "Tests" / "seeing")]

import browsers  # noqa: E402

TARGET_MILLISECONDS = 34

#: One event per frame; calls back with [between frames, drawing] for each.
MOVES = """
const [kind, frames, done] = arguments, canvas = document.getElementById("canvas");
const area = canvas.getBoundingClientRect(), times = [];
let k = 0, last = 0;
const at = (type, x, more) => canvas.dispatchEvent(new (type === "wheel" ? WheelEvent : PointerEvent)(type, {
  clientX: area.left + x, clientY: area.top + 150, bubbles: true, cancelable: true, pointerId: 1, ...more }));
canvas.setPointerCapture = () => {};
const middle = area.width * 0.6;
if (kind === "move") at("pointerdown", middle);
const frame = now => {
  if (last) times.push([now - last, window.legateFrame]);
  last = now;
  if (k++ === frames) { if (kind === "move") at("pointerup", middle + k); return done(times); }
  if (kind === "in") at("wheel", middle, { deltaY: -90 });
  else if (kind === "out") at("wheel", middle, { deltaY: 90 });
  else at("pointermove", middle + (k % 60 < 30 ? 9 * (k % 30) : 9 * (30 - k % 30)));
  requestAnimationFrame(frame);
};
requestAnimationFrame(frame);
"""


def page_of(folder, boxes):
    """A page with so many boxes; returns its path."""
    import made_traces
    from legate import profile

    made_traces.large(folder / "legate_0.prof", boxes)
    if profile.main([str(folder / "legate_0.prof")]) != 0:
        raise SystemExit("the page could not be made")
    return folder / "legate_prof" / "index.html"


def line(name, times):
    between, drawing = (sorted(column) for column in zip(*times))
    late = sum(time > TARGET_MILLISECONDS for time in between)
    print(
        f"{name:34} frames: median {between[len(between) // 2]:5.1f} ms, longest {between[-1]:5.1f} ms, "
        f"{late} of {len(between)} late; "
        f"drawing: median {drawing[len(drawing) // 2]:4.1f} ms, longest {drawing[-1]:4.1f} ms",
        flush=True,
    )


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--boxes", type=int, default=1_000_000)
    options.add_argument("--frames", type=int, default=120, help="of each movement")
    options = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = page_of(Path(folder), options.boxes)
        chromium = browsers.open_browser()
        try:
            seconds = browsers.open_page(chromium, path)
            print(f"{options.boxes:,} boxes, {path.stat().st_size / 1e6:.1f} MB, opened in {seconds:.2f} s")
            print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
            for name, kind in [("zooming in", "in"), ("zooming out", "out"), ("moving, the whole run", "move")]:
                line(name, chromium.execute_async_script(MOVES, kind, options.frames))
            chromium.execute_script("setView(total * 0.5, total * 0.52)")
            line("moving, a fiftieth of it", chromium.execute_async_script(MOVES, "move", options.frames))
            chromium.execute_script("setView(0, total); select(tracks.at(-1), 1000)")
            line("zooming with a box selected", chromium.execute_async_script(MOVES, "in", options.frames))
            chromium.execute_script("setView(0, total); document.getElementById('search').value = 'operation 3'; search('operation 3')")
            line("zooming with a search", chromium.execute_async_script(MOVES, "in", options.frames))
        finally:
            chromium.quit()


if __name__ == "__main__":
    main()
