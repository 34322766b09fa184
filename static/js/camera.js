// Live picture by snapshots, live checks in words, and 3-2-1 before the picture is taken.
import { play } from "./sounds.js";

const LOST_AFTER_MS = 2000;
const AGAIN_MS = 60;
const CHECKS_MS = 120;
const TROUBLE_MS = 500;

function show(image) {
  const lost = image.parentElement.querySelector("[data-preview-lost]");
  let after = 0;
  let heardAt = Date.now();
  async function next() {
    let waitMs = AGAIN_MS;
    try {
      const url = new URL(image.dataset.previewUrl, location.href);
      url.searchParams.set("after", String(after));
      const answer = await fetch(url, { cache: "no-store" });
      if (answer.status === 200) {
        const old = image.src;
        after = Number(answer.headers.get("X-Frame-Seq")) || after + 1;
        image.src = URL.createObjectURL(await answer.blob());
        if (old.startsWith("blob:")) URL.revokeObjectURL(old);
      }
      if (answer.status === 200) heardAt = Date.now();
      else if (answer.status !== 204) waitMs = TROUBLE_MS;
    } catch {
      waitMs = TROUBLE_MS;
    }
    if (lost) lost.hidden = Date.now() - heardAt < LOST_AFTER_MS;
    setTimeout(next, waitMs);
  }
  next();
}

function fill(list, checks) {
  const codes = checks.map(({ code }) => code);
  for (const item of [...list.children]) if (!codes.includes(item.dataset.check)) item.remove();
  for (const { code, label, ok, warn } of checks) {
    let item = list.querySelector(`[data-check="${CSS.escape(code)}"]`);
    if (!item) {
      item = document.createElement("li");
      item.dataset.check = code;
      item.append(document.createElement("span"), document.createElement("strong"));
      item.lastChild.className = "checks__word";
      list.append(item);
    }
    item.className = `checks__item checks__item--${ok ? "ok" : "wait"}`;
    item.firstElementChild.textContent = label;
    item.lastElementChild.textContent = ok ? list.dataset.wordOk : warn ? list.dataset.wordWarn : list.dataset.wordWait;
  }
}

// The oval says with its colour, its dashes and an arrow what the list says in words.
function point(checks) {
  const wrong = checks.filter(({ ok, warn }) => !ok && !warn);
  const guide = wrong.find((row) => row.guide)?.guide ?? "";
  for (const svg of document.querySelectorAll(".camera__guide")) {
    svg.dataset.state = wrong.length ? "wait" : "ok";
    for (const arrow of svg.querySelectorAll("[data-guide]")) {
      arrow.classList.toggle("camera__arrow--shown", arrow.dataset.guide === guide);
    }
  }
}

function watch(list) {
  async function ask() {
    try {
      const answer = await fetch(list.dataset.checksUrl, { cache: "no-store" });
      if (answer.ok) {
        const checks = await answer.json();
        fill(list, checks);
        point(checks);
      }
    } catch {
      // The picture says that the camera is gone; the list keeps its last words.
    }
    setTimeout(ask, CHECKS_MS);
  }
  ask();
}

function countDown(form) {
  const shows = document.querySelector("[data-countdown-shows]");
  let counted = false;
  let counting = false;
  form.addEventListener("submit", (event) => {
    if (counted) return;
    event.preventDefault();
    if (counting) return;
    counting = true;
    const submitter = event.submitter;
    let leftS = Number(form.dataset.countdownS);
    const tick = () => {
      counted = leftS <= 0;
      if (shows) shows.hidden = counted;
      if (counted) {
        play("accept");
        form.requestSubmit(submitter);
        return;
      }
      if (shows) shows.textContent = String(leftS);
      play("tick");
      leftS -= 1;
      setTimeout(tick, 1000);
    };
    tick();
  });
}

document.querySelectorAll("img[data-preview-url]").forEach(show);
document.querySelectorAll("[data-checks-url]").forEach(watch);
document.querySelectorAll("form[data-countdown-s]").forEach(countDown);
