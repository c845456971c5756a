// The selected box: what it needs and what needs it, as arcs on the timeline and in words below it.
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
