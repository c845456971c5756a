// One frame: the axis, the tracks that can be seen, their titles, and what is selected.
function arrange() {
  tracks = [];
  let y = AXIS;
  const put = (kind, tall, more) => { tracks.push({ kind, y, tall, ...more }); y += tall; };
  for (const rank of ranks) {
    put("head", HEAD, { rank });
    put("use", BAND, { rank });
    if (rank.memoryTime.length) put("memory", BAND, { rank });
    if (rank.messageTime.length) put("messages", BAND, { rank });
    for (const row of rank.rows) put("row", ROW, { rank, row });
    y += 6;
  }
  height = y;
}

function ask() { if (!frameAsked) { frameAsked = true; requestAnimationFrame(draw); } }

function sized(canvas, width, tall) {
  const ratio = window.devicePixelRatio || 1;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(tall * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(tall * ratio);
    canvas.style.width = width + "px";
    canvas.style.height = tall + "px";
  }
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  return context;
}

function draw() {
  frameAsked = false;
  const began = performance.now();
  colouredBy = $("colour").value;
  const scroll = $("scroll"), width = scroll.clientWidth, tall = scroll.clientHeight;
  // A frame that is not laid out yet; it will be, and then asks again.
  if (width <= GUTTER || !tall) return;
  $("spacer").style.height = Math.max(0, height - tall) + "px";
  const c = sized($("canvas"), width, tall);
  const ink = css("--ink"), soft = css("--soft"), line = css("--line"), grid = css("--grid");
  c.clearRect(0, 0, width, tall);
  const plot = width - GUTTER, perTick = plot / (view.to - view.from);
  const x = tick => GUTTER + (tick - view.from) * perTick;
  const top = scroll.scrollTop;
  c.font = FONT;
  c.textBaseline = "middle";
  const marks = axisMarks(plot);
  c.fillStyle = grid;
  for (const mark of marks) c.fillRect(x(mark), AXIS, 1, tall);
  c.fillStyle = line;
  c.fillRect(GUTTER - 1, 0, 1, tall);
  for (const track of tracks) {
    const y = track.y - top;
    if (y > tall || y + track.tall < AXIS) continue;
    c.save();
    c.beginPath();
    c.rect(GUTTER, Math.max(AXIS, y), plot, track.tall);
    c.clip();
    if (track.kind === "row") drawRow(c, track.row, y, x, perTick, plot);
    else if (track.kind === "use") drawUse(c, track.rank, y, plot);
    else if (track.kind === "memory") drawMemory(c, track.rank, y, x, plot);
    else if (track.kind === "messages") drawMessages(c, track.rank, y, plot);
    c.restore();
    title(c, track, y, ink, soft, line, width);
  }
  drawSelection(c, x, top);
  c.fillStyle = css("--card");
  c.fillRect(0, 0, width, AXIS);
  c.fillStyle = soft;
  c.textAlign = "center";
  for (const mark of marks) if (x(mark) < width - 26) c.fillText(time(mark).replace(/\.?0+ /, " "), Math.max(x(mark), GUTTER + 16), AXIS / 2);
  c.textAlign = "left";
  c.fillStyle = line;
  c.fillRect(0, AXIS - 1, width, 1);
  drawOverview();
  window.legateFrame = performance.now() - began;
}

function axisMarks(plot) {
  const wanted = (view.to - view.from) * meta.unit / Math.max(2, plot / 120);
  let step = 10 ** Math.floor(Math.log10(wanted));
  for (const factor of [1, 2, 5, 10]) if (step * factor >= wanted) { step *= factor; break; }
  step /= meta.unit;
  const marks = [];
  for (let t = Math.ceil(view.from / step) * step; t <= view.to; t += step) marks.push(t);
  return marks;
}

function title(c, track, y, ink, soft, line, width) {
  const names = { use: "cores busy", memory: "memory", messages: "messages" };
  if (track.kind === "head") {
    c.fillStyle = css("--card");
    c.fillRect(0, y, width, track.tall);
    c.fillStyle = line;
    c.fillRect(0, y, width, 1);
    c.fillStyle = ink;
    c.font = "600 12px system-ui, 'DejaVu Sans', sans-serif";
    c.fillText(track.rank.title, 12, y + track.tall / 2 + 1);
    c.font = FONT;
    return;
  }
  c.fillStyle = soft;
  c.fillText(names[track.kind] || track.row.title, 12, y + track.tall / 2);
}
