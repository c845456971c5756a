"use strict";
// What all parts of the page share: its data, what is shown of them, sizes, and numbers as words.
//
// In: the two data elements above (a table of names, and typed arrays packed together). All text reaches
// the page through textContent or fillText, so that no name can be markup.
const meta = JSON.parse(document.getElementById("meta").textContent);
const $ = id => document.getElementById(id);
const FONT = "11px system-ui, 'DejaVu Sans', sans-serif";
const GUTTER = 118, ROW = 20, BAND = 34, HEAD = 24, AXIS = 22;
const LEVELS = [8, 64, 512, 4096];
let ranks = [], tracks = [], view = { from: 0, to: 1 }, selected = null, matching = null, showsPath = false;
let frameAsked = false, height = 0, total = meta.total;

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
