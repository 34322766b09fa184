// Draws the table that the plot names: what is drawn and what stands below cannot differ.
import "../vendor/echarts-6.1.0/echarts.simple.min.js";

const { echarts } = globalThis;
const ROW_REM = 1.6, HEIGHT_REM = 20, MOST_COLOURS = 10;
const still = matchMedia("(prefers-reduced-motion: reduce)");

function read(table) {
  const series = [...table.tHead.rows[0].cells].slice(1).map((cell) => cell.textContent.trim());
  const rows = [...table.tBodies[0].rows];
  return {
    series,
    names: rows.map((row) => row.cells[0].textContent.trim()),
    numbers: series.map((_, column) => rows.map((row) => Number(row.cells[column + 1].dataset.value))),
  };
}

// Colours and sizes are the page's own: another theme, another text size, and the plot follows.
function look() {
  const style = getComputedStyle(document.documentElement);
  const token = (name) => style.getPropertyValue(name).trim();
  return {
    px: parseFloat(style.fontSize),
    ink: token("--ink"),
    line: token("--line"),
    font: token("--font"),
    colours: Array.from({ length: MOST_COLOURS }, (_, index) => token(`--plot-${index + 1}`)),
  };
}

function seriesOf(kind, found, paper) {
  return found.numbers.map((data, index) => ({
    name: found.series[index],
    type: kind === "lines" ? "line" : "bar",
    stack: kind === "stack" ? "all" : undefined,
    data,
    symbolSize: paper.px / 2,
    symbol: ["circle", "rect", "triangle", "diamond", "emptyCircle", "emptyRect", "emptyTriangle"][index % 7],
    lineStyle: { type: ["solid", "dashed", "dotted"][index % 3], width: 2 },
    itemStyle: { borderColor: paper.ink, borderWidth: kind === "lines" ? 0 : 1 },
  }));
}

function options(kind, found, width) {
  const paper = look();
  const text = { color: paper.ink, fontFamily: paper.font, fontSize: paper.px * 0.875 };
  const names = { type: "category", data: found.names, axisLabel: { ...text, interval: 0, width: Math.min(paper.px * 14, width * 0.35), overflow: "truncate" } };
  const values = { type: "value", minInterval: 1, axisLabel: text, splitLine: { lineStyle: { color: paper.line } } };
  const isLying = kind !== "lines";
  return {
    animation: !still.matches,
    color: paper.colours,
    textStyle: text,
    // Patterns besides colours, for those who see few of them; the words are the server's.
    aria: { enabled: true, label: { enabled: false }, decal: { show: kind !== "lines" && found.series.length > 1 } },
    grid: { left: 8, right: 24, top: 12, bottom: 8, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    xAxis: isLying ? values : { ...names, axisLabel: { ...names.axisLabel, interval: "auto" }, boundaryGap: false },
    yAxis: isLying ? { ...names, inverse: true } : values,
    series: seriesOf(kind, found, paper),
  };
}

function height(kind, found, px) {
  if (kind === "lines") return HEIGHT_REM * px;
  const bars = kind === "stack" ? 1 : found.series.length;
  return (found.names.length * Math.max(ROW_REM, bars * 0.6) + 4) * px;
}

function start(host) {
  const found = read(document.getElementById(host.dataset.plotTable));
  if (!found.names.length) return;
  host.hidden = false;
  let drawn = null;
  const draw = () => {
    const size = height(host.dataset.plot, found, look().px);
    drawn ??= echarts.init(host, null, { renderer: "canvas", height: size });
    drawn.resize({ width: host.clientWidth, height: size, animation: { duration: 0 } });
    drawn.setOption(options(host.dataset.plot, found, host.clientWidth), { notMerge: true });
  };
  draw();
  let width = host.clientWidth;
  new ResizeObserver(() => {
    if (host.clientWidth !== width) { width = host.clientWidth; draw(); }
  }).observe(host.parentElement);
  new MutationObserver(draw).observe(document.documentElement, { attributeFilter: ["data-theme", "data-size"] });
  still.addEventListener("change", draw);
}

for (const host of document.querySelectorAll("[data-plot]")) start(host);
