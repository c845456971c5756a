// The bands above a rank's rows: cores busy, memory in use, bytes of messages.
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
