// Wheel, pointer, keys and buttons.
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
  new ResizeObserver(ask).observe(scroll);
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
