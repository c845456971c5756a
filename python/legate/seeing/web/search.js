// Search in names, lines and descriptions.
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
