// The call screen: a fragment every 2 s; ten seconds without an answer turn it grey and say so.
import { poll } from "./poll.js";
import { play } from "./sounds.js";

const EVERY_MS = 2000;
const LOST_AFTER_MS = 10000;
const board = document.querySelector("[data-board]");
const clock = document.querySelector("[data-clock]");
const updated = document.querySelector("[data-board-updated]");
let heardAt = Date.now();

function time(withSeconds) {
  const parts = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: clock?.dataset.zone || undefined };
  return new Date().toLocaleTimeString(document.documentElement.lang, withSeconds ? { ...parts, second: "2-digit" } : parts);
}

function heard(changed) {
  heardAt = Date.now();
  if (updated) updated.textContent = time(true);
  if (changed && board.querySelector("[data-new-call]")) play("attention");
}

function look() {
  if (clock) clock.textContent = time(false);
  if (board?.dataset.boardUrl) {
    const lost = Date.now() - heardAt > LOST_AFTER_MS;
    board.classList.toggle("board__main--stale", lost);
    board.querySelector("[data-board-outage]").hidden = !lost;
  }
  setTimeout(look, 1000);
}

if (board?.dataset.boardUrl) {
  heard(false);
  poll(board.querySelector("[data-board-content]"), board.dataset.boardUrl, EVERY_MS, heard);
}
look();
