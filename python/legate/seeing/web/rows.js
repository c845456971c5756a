// A row of boxes: as many as there are pixels for; of boxes that share a pixel one stands for all.
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
