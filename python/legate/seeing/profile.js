"use strict";
// The profile's page: draws the boxes of a run on one canvas, as much of them as there are pixels for.
//
// In: the two data elements above (a table of names, and typed arrays packed together). All text reaches
// the page through textContent or fillText, so that no name can be markup.
const meta = JSON.parse(document.getElementById("meta").textContent);
const $ = id => document.getElementById(id);
const FONT = "11px system-ui, 'DejaVu Sans', sans-serif";
const GUTTER = 118, ROW = 20, BAND = 34, HEAD = 24, AXIS = 22;
const LEVELS = [8, 64, 512, 4096];
const palette = ["#4e79a7", "#f28e2b", "#59a14f", "#b07aa1", "#e15759", "#76b7b2", "#c9a227", "#9c755f", "#d37295",
  "#6b8ec9", "#86bc4a", "#a0616a", "#3d9b8f", "#8a7fd1", "#c97b3c", "#5b8f6b"];
const sortColour = { nest: "#4e79a7", task: "#59a14f", "collective task": "#3d9b8f", wait: "#c0392b", plan: "#c9a227",
  immediate: "#f28e2b", host: "#e15759", send: "#8a7fd1", receive: "#a0616a", gather: "#9c755f", recording: "#8aa0b8",
  phase: "#6b8ec9" };
let ranks = [], tracks = [], view = { from: 0, to: 1 }, selected = null, matching = null, showsPath = false;
let frameAsked = false, height = 0, total = meta.total;

// Colours of the page's style, asked for once: each question would have the browser settle its style in every frame.
let styles = new Map();
function css(name) {
  if (!styles.has(name)) styles.set(name, getComputedStyle(document.documentElement).getPropertyValue(name).trim());
  return styles.get(name);
}
function restyle() { styles = new Map(); overview.picture = null; ask(); }
function seconds(ticks) { return ticks * meta.unit / 1e9; }
function time(ticks) {
  const s = seconds(ticks), a = Math.abs(s);
  if (a >= 1) return s.toFixed(3) + " s";
  if (a >= 1e-3) return (s * 1e3).toFixed(3) + " ms";
  return (s * 1e6).toFixed(a >= 1e-5 ? 1 : 2) + " µs";
}
function bytes(n) {
  for (const unit of ["B", "kB", "MB", "GB"]) { if (n < 1000) return +n.toPrecision(3) + " " + unit; n /= 1000; }
  return +n.toPrecision(3) + " TB";
}
function element(parent, tag, name, text) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  if (text !== undefined) made.textContent = text;
  if (parent) parent.appendChild(made);
  return made;
}

// Data

async function unpack() {
  const text = $("data").textContent.trim();
  let packed;
  if (Uint8Array.fromBase64) packed = Uint8Array.fromBase64(text);
  else {
    const binary = atob(text);
    packed = new Uint8Array(binary.length);
    for (let k = 0; k < binary.length; k++) packed[k] = binary.charCodeAt(k);
  }
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).arrayBuffer();
}

function open(buffer) {
  const array = k => {
    const [type, offset, count] = meta.arrays[k];
    return new ({ u32: Uint32Array, i32: Int32Array, f32: Float32Array })[type](buffer, offset, count);
  };
  for (const given of meta.ranks) {
    const rank = { title: given.title, workers: given.workers, labels: given.labels, rows: [] };
    for (const key of ["stepLabel", "stepStart", "stepEnd", "stepWindow", "needStart", "needs", "path", "memoryTime",
      "memoryUsed", "messageTime", "messageBytes"]) rank[key] = array(given[key]);
    rank.onPath = new Uint8Array(rank.stepLabel.length);
    for (const step of rank.path) rank.onPath[step] = 1;
    rank.memoryPeak = rank.memoryUsed.reduce((a, b) => Math.max(a, b), 0);
    for (const r of given.rows) {
      const row = { rank, title: r.title, sort: r.sort, start: array(r.start), length: array(r.length),
        item: array(r.item), value: array(r.value) };
      row.levels = LEVELS.map(size => grouped(row, size));
      if (r.sort === "worker") row.busy = prefix(row.length);
      rank.rows.push(row);
    }
    ranks.push(rank);
  }
}

function prefix(lengths) {
  const sums = new Float64Array(lengths.length + 1);
  for (let k = 0; k < lengths.length; k++) sums[k + 1] = sums[k] + lengths[k];
  return sums;
}

// Groups of neighbouring boxes: how much of their span is filled, and with what most of all.
function grouped(row, size) {
  const n = Math.ceil(row.start.length / size);
  const level = { size, end: new Float64Array(n), busy: new Float64Array(n), top: new Uint32Array(n) };
  for (let g = 0; g < n; g++) {
    let longest = -1;
    const last = Math.min(row.start.length, (g + 1) * size);
    for (let k = g * size; k < last; k++) {
      level.busy[g] += row.length[k];
      level.end[g] = Math.max(level.end[g], row.start[k] + row.length[k]);
      if (row.length[k] > longest) { longest = row.length[k]; level.top[g] = k; }
    }
  }
  return level;
}

function labelOf(row, k) {
  const item = row.item[k];
  return row.rank.labels[item >= 0 ? row.rank.stepLabel[item] : -1 - item];
}
function placeOf(label) { return label[2] < 0 ? "" : meta.places[label[2]][0] + ":" + meta.places[label[2]][1]; }
function shortPlace(label) { return placeOf(label).replace(/^.*\//, ""); }

// The first box that ends behind a moment.
function firstAt(row, tick) {
  let low = 0, high = row.start.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (row.start[middle] + row.length[middle] <= tick) low = middle + 1; else high = middle;
  }
  return low;
}
function lowerBound(array, value) {
  let low = 0, high = array.length;
  while (low < high) { const m = (low + high) >> 1; if (array[m] < value) low = m + 1; else high = m; }
  return low;
}
function busyBefore(row, tick) {
  const k = firstAt(row, tick);
  const inside = k < row.start.length ? Math.max(0, tick - row.start[k]) : 0;
  return row.busy[k] + inside;
}

// Colours

function colourKey(label) {
  const by = $("colour").value;
  return by === "sort" ? label[1] : by === "place" ? placeOf(label) || label[0] : label[0];
}
function colour(label) {
  if (label.colour && label.by === $("colour").value) return label.colour;
  label.by = $("colour").value;
  if (sortColour[label[1]] && (label.by === "sort" || !["nest", "task", "phase"].includes(label[1]) && label.by === "name"))
    return label.colour = sortColour[label[1]];
  let hash = 2166136261;
  for (const c of colourKey(label)) hash = Math.imul(hash ^ c.codePointAt(0), 16777619);
  return label.colour = palette[(hash >>> 8) % palette.length];
}

// Drawing

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
  const scroll = $("scroll"), width = scroll.clientWidth, tall = scroll.clientHeight;
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

function drawRow(c, row, y, x, perTick, plot) {
  const first = firstAt(row, view.from), last = lowerBound(row.start, view.to);
  const path = showsPath && row.sort === "worker";
  let edge = -1;
  const box = (k, from, to, alpha) => {
    const label = labelOf(row, k);
    let shade = alpha;
    if (matching && !matching.has(label)) shade *= 0.13;
    if (path && !(row.item[k] >= 0 && row.rank.onPath[row.item[k]])) shade *= 0.18;
    const wide = Math.max(1, to - from);
    c.globalAlpha = shade;
    c.fillStyle = colour(label);
    c.fillRect(from, y + 2, wide > 3 ? wide - 0.6 : wide, ROW - 4);
    c.globalAlpha = 1;
    if (wide > 34 && shade > 0.3) {
      const words = label[0] + (label[2] >= 0 ? "  " + shortPlace(label) : "");
      const start = Math.max(from, GUTTER) + 4, room = Math.min(to, GUTTER + plot) - start - 3;
      const fits = Math.floor(room / 5.9);
      if (fits > 3) {
        c.fillStyle = "#fff";
        c.fillText(words.length > fits ? words.slice(0, fits - 1) + "…" : words, start, y + ROW / 2 + 0.5);
      }
    }
  };
  let k = first;
  while (k < last) {
    let done = false;
    for (let l = LEVELS.length - 1; l >= 0; l--) {
      const level = row.levels[l];
      if (k % level.size || k + level.size > last) continue;
      const g = k / level.size, from = x(row.start[k]), to = x(level.end[g]);
      if (to - from > 1.2) continue;
      if (to > edge + 0.4) {
        box(level.top[g], Math.max(from, edge), Math.max(to, edge + 1), 0.35 + 0.65 * level.busy[g] / Math.max(1, level.end[g] - row.start[k]));
        edge = Math.max(to, edge + 1);
      }
      k += level.size;
      done = true;
      break;
    }
    if (done) continue;
    const from = x(row.start[k]), to = x(row.start[k] + row.length[k]);
    if (to > edge + 0.4) { box(k, Math.max(from, edge), to, 1); edge = Math.max(to, from + 1); }
    k++;
  }
}

function busyOf(rank, tick) {
  let sum = 0;
  for (const row of rank.rows) if (row.busy) sum += busyBefore(row, tick);
  return sum;
}

// The busy share of some cores in steps of the plot, each looked up once.
function useOf(some, from, step, count) {
  const cores = some.reduce((n, rank) => n + rank.workers, 0), found = new Float64Array(count);
  const busy = tick => some.reduce((sum, rank) => sum + busyOf(rank, tick), 0);
  let before = busy(from);
  for (let k = 0; k < count; k++) {
    const now = busy(from + (k + 1) * step);
    found[k] = Math.min(1, (now - before) / (step * cores));
    before = now;
  }
  return found;
}

function drawUse(c, rank, y, plot) {
  const step = (view.to - view.from) / plot * 2;
  c.fillStyle = css("--idle");
  c.fillRect(GUTTER, y + 4, plot, BAND - 8);
  c.fillStyle = css("--accent");
  useOf([rank], view.from, step, Math.ceil(plot / 2)).forEach((use, k) => {
    const tall = use * (BAND - 8);
    c.fillRect(GUTTER + 2 * k, y + BAND - 4 - tall, 2, tall);
  });
}

function drawMemory(c, rank, y, x, plot) {
  const { memoryTime: at, memoryUsed: used, memoryPeak: peak } = rank;
  let k = Math.max(0, lowerBound(at, view.from) - 1);
  c.fillStyle = "#59a14f88";
  const room = BAND - 8, base = y + BAND - 4;
  // Of several samples in one pixel the largest counts.
  let pixel = -1, tallest = 0;
  for (; k < at.length && at[k] <= view.to; k++) {
    const from = x(at[k]), to = k + 1 < at.length ? x(at[k + 1]) : GUTTER + plot, tall = used[k] / (peak || 1) * room;
    if (Math.floor(to) === pixel) { tallest = Math.max(tallest, tall); continue; }
    const now = Math.max(tall, tallest);
    c.fillRect(from, base - now, Math.max(1, to - from), now);
    pixel = Math.floor(to);
    tallest = 0;
  }
  c.fillStyle = css("--soft");
  c.fillText("peak " + bytes(peak), GUTTER + 5, y + 10);
}

function drawMessages(c, rank, y, plot) {
  const step = (view.to - view.from) / plot * 3, sums = [];
  let most = 0;
  for (let p = 0; p < plot; p += 3) {
    let sum = 0;
    const from = view.from + p / 3 * step, last = lowerBound(rank.messageTime, from + step);
    const first = lowerBound(rank.messageTime, from);
    if (!rank.messageSum) rank.messageSum = prefix(rank.messageBytes);
    sum = rank.messageSum[last] - rank.messageSum[first];
    sums.push(sum);
    most = Math.max(most, sum);
  }
  c.fillStyle = "#8a7fd1";
  sums.forEach((sum, k) => {
    const tall = most ? sum / most * (BAND - 8) : 0;
    c.fillRect(GUTTER + 3 * k, y + BAND - 4 - tall, 2.4, tall);
  });
}

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

// Selection and dependences

function boxesOf(rank, step) {
  const found = [];
  for (const track of tracks) {
    if (track.kind !== "row" || track.rank !== rank || track.row.sort !== "worker") continue;
    const row = track.row;
    for (let k = firstAt(row, rank.stepStart[step] - 1); k < row.start.length && row.start[k] <= rank.stepEnd[step]; k++)
      if (row.item[k] === step) found.push({ track, k });
  }
  return found;
}

function needsOf(rank, step) { return Array.from(rank.needs.subarray(rank.needStart[step], rank.needStart[step + 1])); }
function neededBy(rank, step) {
  const found = [];
  for (let other = 0; other < rank.stepLabel.length && found.length < 40; other++)
    for (let k = rank.needStart[other]; k < rank.needStart[other + 1]; k++) if (rank.needs[k] === step) found.push(other);
  return found;
}

function drawSelection(c, x, top) {
  if (!selected) return;
  const { track, k } = selected, row = track.row;
  const middle = t => t.y - top + ROW / 2;
  c.save();
  c.beginPath();
  c.rect(GUTTER, AXIS, c.canvas.clientWidth - GUTTER, c.canvas.clientHeight);
  c.clip();
  c.strokeStyle = css("--ink");
  c.lineWidth = 2;
  const from = x(row.start[k]), to = x(row.start[k] + row.length[k]);
  c.strokeRect(Math.max(GUTTER, from), track.y - top + 2, Math.max(2, to - Math.max(GUTTER, from)), ROW - 4);
  c.lineWidth = 1.4;
  for (const [steps, behind] of [[selected.needs, false], [selected.users, true]]) {
    for (const step of steps) {
      for (const other of boxesOf(track.rank, step).slice(0, 24)) {
        const o = other.track.row;
        const a = behind ? to : x(o.start[other.k] + o.length[other.k]);
        const b = behind ? x(o.start[other.k]) : from;
        c.strokeStyle = behind ? css("--accent") : css("--warm");
        c.globalAlpha = 0.75;
        c.beginPath();
        c.moveTo(Math.max(a, GUTTER), behind ? middle(track) : middle(other.track));
        const bend = Math.max(18, Math.abs(b - a) / 2);
        c.bezierCurveTo(a + bend, behind ? middle(track) : middle(other.track), b - bend,
          behind ? middle(other.track) : middle(track), Math.max(b, GUTTER), behind ? middle(other.track) : middle(track));
        c.stroke();
        c.globalAlpha = 1;
      }
    }
  }
  c.restore();
}

function select(track, k) {
  const row = track.row, item = row.item[k];
  selected = { track, k, needs: item >= 0 ? needsOf(row.rank, item) : [], users: item >= 0 ? neededBy(row.rank, item) : [] };
  showDetail();
  ask();
}

function showDetail() {
  const panel = $("detail");
  panel.replaceChildren();
  if (!selected) {
    const help = element(panel, "div", "help");
    for (const [key, words] of [["wheel", "zoom"], ["drag", "move"], ["W A S D", "zoom and move"], ["click", "select"],
      ["double click", "zoom to a box"], ["/", "search"], ["F", "whole run"], ["Esc", "let go"]]) {
      element(help, "kbd", "", key);
      help.append(" " + words + "   ");
    }
    element(panel, "div", "soft", "Select a box to see what it is, how long it took, and what it waited for.");
    return;
  }
  const { track, k } = selected, row = track.row, label = labelOf(row, k), item = row.item[k];
  element(panel, "span", "swatch").style.background = colour(label);
  element(panel, "b", "", label[0]);
  if (label[2] >= 0) element(panel, "span", "soft", "   " + placeOf(label));
  let words = `${track.rank.title}, ${row.title}: ${time(row.length[k])}, from ${time(row.start[k])}`;
  const value = row.value[k];
  if (item >= 0) {
    const s = track.rank;
    words += `, chunk ${value}; all chunks together from ${time(s.stepStart[item])} to ${time(s.stepEnd[item])}, window ${s.stepWindow[item]}`;
  } else if (label[1] === "immediate") words += `, stands for about ${value} operations`;
  else if (["wait", "host", "gather", "send", "receive"].includes(label[1])) words += `, ${bytes(value)}`;
  element(panel, "div", "", words);
  if (label[3]) element(panel, "div", "soft", label[3]);
  for (const [title, steps] of [["needs", selected.needs], ["needed by", selected.users]]) {
    if (!steps.length) continue;
    const list = element(panel, "div", "", title + ": ");
    for (const step of [...new Set(steps)].slice(0, 12)) {
      const other = track.rank.labels[track.rank.stepLabel[step]];
      element(list, "a", "", other[0] + " " + shortPlace(other)).onclick = () => {
        const box = boxesOf(track.rank, step)[0];
        if (box) { select(box.track, box.k); reveal(box.track.row.start[box.k], box.track.row.length[box.k], false); }
      };
    }
  }
}

// Moving about

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

function listen() {
  const canvas = $("canvas"), scroll = $("scroll");
  canvas.addEventListener("wheel", event => {
    const px = event.offsetX - GUTTER;
    if (px < 0) return;
    event.preventDefault();
    if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      const move = (event.deltaX || event.deltaY) / (canvas.clientWidth - GUTTER) * (view.to - view.from);
      return setView(view.from + move, view.to + move);
    }
    zoom(Math.exp(event.deltaY * 0.0016), px / (canvas.clientWidth - GUTTER));
  }, { passive: false });
  let drag = null;
  canvas.addEventListener("pointerdown", event => {
    drag = { x: event.clientX, y: event.clientY, from: view.from, to: view.to, top: scroll.scrollTop, moved: false };
    canvas.setPointerCapture(event.pointerId);
    canvas.focus({ preventScroll: true });
  });
  canvas.addEventListener("pointermove", event => {
    if (!drag) return;
    const dx = event.clientX - drag.x, dy = event.clientY - drag.y;
    if (Math.abs(dx) + Math.abs(dy) > 4) drag.moved = true;
    if (!drag.moved) return;
    const move = dx / (canvas.clientWidth - GUTTER) * (drag.to - drag.from);
    scroll.scrollTop = drag.top - dy;
    setView(drag.from - move, drag.to - move);
  });
  canvas.addEventListener("pointerup", event => {
    if (drag && !drag.moved) {
      const found = hit(event);
      if (found) select(found.track, found.k); else { selected = null; showDetail(); ask(); }
    }
    drag = null;
  });
  canvas.addEventListener("dblclick", event => {
    const found = hit(event);
    if (found) reveal(found.track.row.start[found.k], found.track.row.length[found.k], true);
  });
  const strip = $("overview");
  let mark = null;
  const tick = event => Math.max(0, Math.min(1, (event.offsetX - GUTTER) / (strip.clientWidth - GUTTER))) * total;
  strip.addEventListener("pointerdown", event => { mark = tick(event); strip.setPointerCapture(event.pointerId); });
  strip.addEventListener("pointermove", event => {
    const at = tick(event);
    if (mark !== null && Math.abs(at - mark) > total / 500) setView(Math.min(mark, at), Math.max(mark, at));
  });
  strip.addEventListener("pointerup", event => {
    const at = tick(event), half = (view.to - view.from) / 2;
    if (mark !== null && Math.abs(at - mark) <= total / 500) setView(at - half, at + half);
    mark = null;
  });
  scroll.addEventListener("scroll", ask);
  window.addEventListener("resize", ask);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", restyle);
  $("colour").onchange = ask;
  $("fit").onclick = () => setView(0, total);
  $("path").onclick = () => { showsPath = !showsPath; $("path").setAttribute("aria-pressed", showsPath); $("path").textContent = showsPath ? "all boxes" : "critical path"; ask(); };
  $("search").oninput = () => search($("search").value);
  $("search").onkeydown = event => { if (event.key === "Enter") next(); if (event.key === "Escape") { $("search").value = ""; search(""); canvas.focus(); } };
  document.addEventListener("keydown", event => {
    if (event.target === $("search") || event.ctrlKey || event.metaKey || event.altKey) return;
    const span = view.to - view.from, keys = { w: () => zoom(0.7, 0.5), s: () => zoom(1 / 0.7, 0.5), a: () => setView(view.from - span / 5, view.to - span / 5),
      d: () => setView(view.from + span / 5, view.to + span / 5), f: () => setView(0, total), Escape: () => { selected = null; showDetail(); ask(); },
      ArrowLeft: () => keys.a(), ArrowRight: () => keys.d(), "/": () => { event.preventDefault(); $("search").focus(); } };
    if (keys[event.key]) keys[event.key]();
  });
}

function search(text) {
  const wanted = text.trim().toLowerCase();
  matching = null;
  $("matches").textContent = "";
  if (wanted) {
    matching = new Set();
    for (const rank of ranks) for (const label of rank.labels)
      if ((label[0] + " " + placeOf(label) + " " + label[3]).toLowerCase().includes(wanted)) matching.add(label);
    let count = 0;
    for (const rank of ranks) for (const row of rank.rows)
      for (let k = 0; k < row.start.length; k++) if (matching.has(labelOf(row, k))) count++;
    $("matches").textContent = count.toLocaleString("en") + (count === 1 ? " box" : " boxes");
  }
  ask();
}

// The next box that matches, behind the one that is selected.
function next() {
  if (!matching) return;
  const after = selected ? selected.track.row.start[selected.k] : -1;
  let best = null, first = null;
  for (const track of tracks) {
    if (track.kind !== "row") continue;
    const row = track.row;
    for (let k = 0; k < row.start.length; k++) {
      if (!matching.has(labelOf(row, k))) continue;
      if (!first || row.start[k] < first.at) first = { track, k, at: row.start[k] };
      if (row.start[k] > after) { if (!best || row.start[k] < best.at) best = { track, k, at: row.start[k] }; break; }
    }
  }
  best = best || first;
  if (best) { select(best.track, best.k); reveal(best.track.row.start[best.k], best.track.row.length[best.k], false); }
}

function showSide() {
  const side = $("side");
  const tiles = element(side, "div", "tiles");
  for (const [value, name] of meta.tiles) {
    const tile = element(tiles, "div", "tile");
    element(tile, "b", "", value);
    element(tile, "span", "", name);
  }
  for (const text of meta.notes) element(side, "div", "note", text);
  element(side, "h2", "", "Largest losses");
  if (!meta.losses.length) element(side, "div", "help", "None above half a percent of the run.");
  for (const loss of meta.losses) {
    const box = element(side, "div", "loss");
    element(box, "div", "words", loss.sentence);
    element(element(box, "div", "bar"), "i").style.width = Math.max(1, Math.min(100, loss.share * 100)) + "%";
    element(box, "div", "advice", loss.advice);
    box.onclick = () => { const place = loss.place.replace(/^.*\//, ""); $("search").value = place; search(place); next(); };
  }
  for (const [name, lines] of [["Busiest lines", meta.busiest], ["Critical path", meta.path]]) {
    if (!lines.length) continue;
    element(side, "h2", "", name);
    for (const [text, share] of lines) {
      const entry = element(side, "div", "line");
      element(entry, "span", "", text);
      element(entry, "span", "", share);
      entry.onclick = () => { const words = text.split("  ").pop(); $("search").value = words; search(words); next(); };
    }
  }
}

async function main() {
  $("program").textContent = $("program").title = meta.program;
  showSide();
  open(await unpack());
  arrange();
  listen();
  setView(0, total);
  showDetail();
  draw();
  document.documentElement.dataset.ready = "yes";
}
main().catch(error => { $("detail").textContent = "This page could not be opened: " + error; throw error; });
