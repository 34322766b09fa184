// After body[data-idle-s] without a touch: "Are you still there?" for 20 s, with sound; then the wipe form is sent.
// Any touch or key while the warning is up extends, as often as wanted.
import { play } from "./sounds.js";

const WARNING_S = 20;
const limitMs = Number(document.body.dataset.idleS) * 1000;
const warning = document.querySelector("[data-idle-dialog]");
const form = document.querySelector("[data-idle-form]");
const shows = document.querySelector("[data-idle-shows]");
let touchedAt = Date.now();
let openedAt = 0;

function extend() {
  touchedAt = Date.now();
  openedAt = 0;
  if (warning.open) warning.close();
}

function warn() {
  openedAt = Date.now();
  warning.showModal();
  play("attention");
}

function tick() {
  const now = Date.now();
  if (!openedAt && now - touchedAt >= limitMs) warn();
  if (openedAt) {
    const leftS = Math.ceil(WARNING_S - (now - openedAt) / 1000);
    shows.textContent = String(Math.max(leftS, 0));
    if (leftS <= 0) {
      form.submit();
      return;
    }
    if (leftS === 10 || leftS === 5) play("attention");
  }
  setTimeout(tick, 1000);
}

for (const kind of ["pointerdown", "keydown", "input"]) {
  document.addEventListener(kind, (event) => {
    if (!openedAt) touchedAt = Date.now();
    else if (!form.contains(event.target)) extend();
  }, { capture: true, passive: true });
}
warning.querySelector("[data-idle-stay]").addEventListener("click", extend);
warning.addEventListener("cancel", (event) => {
  event.preventDefault();
  extend();
});
setTimeout(tick, 1000);
