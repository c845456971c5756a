// The side: numbers of the run, the largest losses, busiest lines, the critical path.
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
