// The signature pad: keeps strokes with time and pressure, survives a resize, ignores the palm beside a pen.
import { play } from "./sounds.js";
import SignaturePad from "../vendor/signature_pad-5.1.4/signature_pad.min.js";

const PALM_MS = 500;
const host = document.querySelector("[data-signature]");
const paper = host.querySelector("canvas");
const field = host.querySelector("[data-signature-field]");
const problem = host.querySelector("[data-signature-problem]");
let penAt = -PALM_MS;

// Registered before the pad's own listeners, so that a palm never becomes a stroke.
for (const kind of ["pointerdown", "pointermove"]) {
  paper.addEventListener(kind, (event) => {
    if (event.pointerType === "pen") penAt = event.timeStamp;
    else if (event.pointerType === "touch" && event.timeStamp - penAt < PALM_MS) event.stopImmediatePropagation();
  });
}

const pad = new SignaturePad(paper, {
  penColor: getComputedStyle(paper).color,
  backgroundColor: getComputedStyle(paper).backgroundColor,
  minWidth: 1.2,
  maxWidth: 4.5,
  throttle: 0,
});

// A canvas forgets its picture when its size changes: draw the strokes again, moved to the new scale.
function fit() {
  const before = Number(paper.dataset.widthPx) || paper.clientWidth;
  if (before === paper.clientWidth && Number(paper.dataset.heightPx) === paper.clientHeight) return;
  const scale = paper.clientWidth / before;
  const dots = window.devicePixelRatio || 1;
  const strokes = pad.toData();
  for (const stroke of strokes) {
    for (const point of stroke.points) {
      point.x *= scale;
      point.y *= scale;
    }
  }
  paper.width = paper.clientWidth * dots;
  paper.height = paper.clientHeight * dots;
  paper.dataset.widthPx = String(paper.clientWidth);
  paper.dataset.heightPx = String(paper.clientHeight);
  paper.getContext("2d").scale(dots, dots);
  pad.clear();
  if (strokes.length) pad.fromData(strokes);
}

function strokes() {
  return pad.toData().map(({ points }) => points.map(({ x, y, pressure, time }) => ({ x, y, pressure, time })));
}

function isEnough(drawn) {
  const inkMs = drawn.reduce((sum, points) => sum + (points.at(-1).time - points[0].time), 0);
  return drawn.length >= Number(host.dataset.minStrokes) || (drawn.length > 0 && inkMs >= Number(host.dataset.minInkMs));
}

function refuse(wrong) {
  problem.hidden = !wrong;
  host.classList.toggle("signature--wrong", wrong);
  if (wrong) play("fail");
}

field.form.addEventListener("submit", (event) => {
  const drawn = strokes();
  if (!isEnough(drawn)) {
    event.preventDefault();
    refuse(true);
    return;
  }
  field.value = JSON.stringify({ width: paper.clientWidth, height: paper.clientHeight, strokes: drawn });
});
pad.addEventListener("beginStroke", () => refuse(false));
document.querySelector("[data-signature-clear]")?.addEventListener("click", () => {
  pad.clear();
  refuse(false);
});

const mirror = document.querySelector("[data-signature-mirror]");
mirror?.addEventListener("click", () => {
  mirror.closest("footer")?.classList.toggle("kiosk__footer--mirrored");
  const words = mirror.querySelector("span") ?? mirror;
  [words.textContent, mirror.dataset.otherLabel] = [mirror.dataset.otherLabel, words.textContent];
});

new ResizeObserver(fit).observe(paper);
fit();
