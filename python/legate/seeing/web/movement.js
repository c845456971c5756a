// Moving about: which part of the run is shown, and which box lies under the pointer.
function setView(from, to) {
  const least = Math.max(8, 200 / meta.unit), span = Math.min(total, Math.max(least, to - from));
  from = Math.max(0, Math.min(total - span, from));
  view = { from, to: from + span };
  ask();
}
function zoom(factor, share) {
  const span = view.to - view.from, at = view.from + span * share;
  setView(at - span * factor * share, at + span * factor * (1 - share));
}
function reveal(start, length, close) {
  const span = close ? Math.max(length * 1.6, 40) : view.to - view.from;
  if (!close && start >= view.from && start + length <= view.to) return ask();
  setView(start + length / 2 - span / 2, start + length / 2 + span / 2);
}
function trackAt(y) { return tracks.find(t => t.kind === "row" && y >= t.y && y < t.y + t.tall); }
function hit(event) {
  const area = $("canvas").getBoundingClientRect(), px = event.clientX - area.left;
  const track = trackAt(event.clientY - area.top + $("scroll").scrollTop);
  if (!track || px < GUTTER) return null;
  const perTick = (area.width - GUTTER) / (view.to - view.from), at = view.from + (px - GUTTER) / perTick;
  const row = track.row, slack = 2 / perTick;
  let best = null;
  for (let k = firstAt(row, at - slack); k < row.start.length && row.start[k] <= at + slack; k++) {
    const gap = Math.max(0, row.start[k] - at, at - row.start[k] - row.length[k]);
    if (!best || gap < best.gap) best = { track, k, gap };
    if (gap === 0) break;
  }
  return best;
}
