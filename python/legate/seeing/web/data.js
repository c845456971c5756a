// The data: from packed bytes to rows of boxes, each with coarser levels for views that show many at once.
//
// A box is a start, a length, an item (a step of a plan, or a label below zero) and a value.
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
