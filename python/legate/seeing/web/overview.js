// The strip above the timeline: the whole run, and which part of it is shown.
// The whole run is drawn once and copied into every frame.
const overview = { picture: null, width: 0, ratio: 0 };
function overviewPicture(width, tall) {
  const ratio = window.devicePixelRatio || 1;
  if (overview.picture && overview.width === width && overview.ratio === ratio) return overview.picture;
  Object.assign(overview, { picture: document.createElement("canvas"), width, ratio });
  const c = sized(overview.picture, width, tall), count = Math.ceil((width - GUTTER) / 2);
  c.font = FONT;
  c.textBaseline = "middle";
  c.fillStyle = css("--soft");
  c.fillText("whole run", 12, tall / 2);
  c.fillStyle = css("--accent");
  c.globalAlpha = 0.55;
  useOf(ranks, 0, total / count, count).forEach((use, k) =>
    c.fillRect(GUTTER + 2 * k, tall - 4 - use * (tall - 10), 2, use * (tall - 10)));
  return overview.picture;
}

function drawOverview() {
  const canvas = $("overview"), width = $("timeline").clientWidth, tall = 46;
  const c = sized(canvas, width, tall), plot = width - GUTTER;
  c.clearRect(0, 0, width, tall);
  c.drawImage(overviewPicture(width, tall), 0, 0, width, tall);
  c.globalAlpha = 0.6;
  c.fillStyle = css("--page");
  const from = GUTTER + view.from / total * plot, to = GUTTER + view.to / total * plot;
  c.fillRect(GUTTER, 0, from - GUTTER, tall);
  c.fillRect(to, 0, width - to, tall);
  c.globalAlpha = 1;
  c.strokeStyle = css("--accent");
  c.strokeRect(from + 0.5, 1.5, Math.max(2, to - from - 1), tall - 3);
}
