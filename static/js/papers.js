// The outline of the page over the document camera's picture, and the picture taken by itself once the page lies still.
const ASK_MS = 350;
const ASK_LATER_MS = 1000;
const STILL_MS = 1200;
const READ_AGAIN_MS = 2000;
const STILL_SHARE = 0.012;
// As in devices/quality/page_look.py: likeness of two looks of one page, which are unit vectors in thousandths.
const SAME_FROM = 0.965;
const LOOK_SCALE = 1000;
const TAKEN = "kaodian-page-taken";
const AUTO = "kaodian-page-auto";

// How far the corner that moved most has moved, as a share of the picture.
function moved(corners, before) {
  if (corners.length !== 4 || before.length !== 4) return 1;
  return Math.max(...corners.map(([x, y], at) => Math.hypot(x - before[at][0], y - before[at][1])));
}

function likeness(one, other) {
  return one.reduce((sum, value, at) => sum + value * (other[at] ?? 0), 0) / LOOK_SCALE ** 2;
}

function remembered(key, otherwise) {
  try {
    return JSON.parse(sessionStorage.getItem(key)) ?? otherwise;
  } catch {
    return otherwise;
  }
}

function draw(svg, seen) {
  svg.setAttribute("viewBox", `0 0 ${seen.width} ${seen.height}`);
  const points = seen.corners.map(([x, y]) => `${x * seen.width},${y * seen.height}`);
  svg.querySelector("polygon").setAttribute("points", points.join(" "));
}

function say(seen) {
  const words = document.querySelector("[data-page-words]");
  if (words.textContent !== seen.label) words.textContent = seen.label;
  words.dataset.state = seen.ok ? "ok" : "wait";
  const hints = seen.warnings.map((text) => {
    const item = document.createElement("li");
    item.textContent = text;
    return item;
  });
  document.querySelector("[data-page-warnings]").replaceChildren(...hints);
}

function watch(svg) {
  const shows = document.querySelector("[data-page-still]");
  const auto = document.querySelector("input[name=page-auto]");
  const button = document.querySelector("[data-page-take] button");
  let after = -1;
  let last = [];
  let stillSince = 0;
  let warnings = [];
  let done = false;
  let there = false;
  let readAt = 0;
  let lookNow = [];

  // The page that was taken last still lies there when the screen has come back: it is not taken twice.
  function isNew() {
    const taken = remembered(TAKEN, null);
    if (!lookNow.length || !taken) return lookNow.length > 0;
    if (!taken.length) sessionStorage.setItem(TAKEN, JSON.stringify(lookNow)); // taken by hand before it was looked at
    return taken.length > 0 && likeness(lookNow, taken) < SAME_FROM;
  }

  function look(seen) {
    const now = Date.now();
    if (!seen.ok || moved(seen.corners, last) > STILL_SHARE) {
      stillSince = now;
      lookNow = [];
    }
    last = seen.corners;
    there = seen.ok;
    if (seen.look) {
      lookNow = seen.look;
      readAt = now;
    }
    const stillMs = seen.ok ? now - stillSince : 0;
    if (!lookNow.length) warnings = [];
    else if (seen.look) warnings = seen.warnings;
    draw(svg, seen);
    svg.dataset.state = !seen.ok ? "wait" : stillMs < STILL_MS ? "seen" : "still";
    say({ ...seen, warnings });
    shows.value = Math.min(100, (100 * stillMs) / STILL_MS);
    if (stillMs >= STILL_MS && button && auto?.checked && !document.hidden && isNew()) {
      done = true;
      button.click();
    }
    // Reading costs the server more than finding the outline, and a page that lies there for minutes is no news.
    read = stillMs >= STILL_MS / 2 && (!lookNow.length || now - readAt > READ_AGAIN_MS);
    waitMs = stillMs > 3 * STILL_MS ? ASK_LATER_MS : ASK_MS;
  }

  let read = false;
  let waitMs = ASK_MS;
  async function ask() {
    try {
      const url = new URL(svg.dataset.pageUrl, location.href);
      url.searchParams.set("after", String(after));
      if (read) url.searchParams.set("read", "yes");
      const answer = await fetch(url, { cache: "no-store" });
      if (done) return;
      if (answer.status === 200) {
        const seen = await answer.json();
        after = seen.seq;
        look(seen);
      }
    } catch {
      // The picture says that the camera is gone.
    }
    if (!done) setTimeout(ask, waitMs);
  }

  if (auto) {
    auto.checked = remembered(AUTO, true);
    auto.addEventListener("change", () => sessionStorage.setItem(AUTO, JSON.stringify(auto.checked)));
  }
  // Whatever is sent, the page that lies there now has been seen to: only another one is taken unasked.
  document.getElementById("step-form").addEventListener("submit", () => {
    if (there) sessionStorage.setItem(TAKEN, JSON.stringify(lookNow));
    else sessionStorage.removeItem(TAKEN);
  });
  ask();
}

document.querySelectorAll("svg[data-page-url]").forEach(watch);
