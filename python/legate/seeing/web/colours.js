// Colours: of the page's style, and of boxes by operation, source line or kind.
const palette = ["#4e79a7", "#f28e2b", "#59a14f", "#b07aa1", "#e15759", "#76b7b2", "#c9a227", "#9c755f", "#d37295",
  "#6b8ec9", "#86bc4a", "#a0616a", "#3d9b8f", "#8a7fd1", "#c97b3c", "#5b8f6b"];
const sortColour = { nest: "#4e79a7", task: "#59a14f", "collective task": "#3d9b8f", wait: "#c0392b", plan: "#c9a227",
  immediate: "#f28e2b", host: "#e15759", send: "#8a7fd1", receive: "#a0616a", gather: "#9c755f", recording: "#8aa0b8",
  phase: "#6b8ec9" };

// Colours of the page's style, asked for once: each question would have the browser settle its style in every frame.
let styles = new Map();
function css(name) {
  if (!styles.has(name)) styles.set(name, getComputedStyle(document.documentElement).getPropertyValue(name).trim());
  return styles.get(name);
}
function restyle() { styles = new Map(); overview.picture = null; ask(); }

// What colours stand for: read once for each frame, because boxes ask by the thousand.
let colouredBy = "name";

function colourKey(label) {
  return colouredBy === "sort" ? label[1] : colouredBy === "place" ? placeOf(label) || label[0] : label[0];
}
function colour(label) {
  if (label.by === colouredBy) return label.colour;
  label.by = colouredBy;
  const isPlain = ["nest", "task", "phase"].includes(label[1]);
  if (sortColour[label[1]] && (colouredBy === "sort" || !isPlain && colouredBy === "name"))
    return label.colour = sortColour[label[1]];
  let hash = 2166136261;
  for (const c of colourKey(label)) hash = Math.imul(hash ^ c.codePointAt(0), 16777619);
  return label.colour = palette[(hash >>> 8) % palette.length];
}
