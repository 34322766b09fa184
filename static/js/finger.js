// While the reader reads, the print grows on the screen: snapshots, as of the camera, asked for until the page leaves.
const AGAIN_MS = 60;
const LOST_MS = 1000;

function grow(figure) {
  const image = figure.querySelector("img");
  const word = figure.querySelector("[role=status]");
  const bar = figure.querySelector("progress");
  let after = -1;
  function say(text) {
    if (word.textContent !== text) word.textContent = text;
  }
  function showHow(answer) {
    const share = Number(answer.headers.get("X-Print-Share")) || 0;
    bar.value = share;
    const isRead = answer.headers.get("X-Print-State") === "reading";
    if (!isRead) say(figure.dataset.wordWait);
    else say(share < 100 ? figure.dataset.wordRead : figure.dataset.wordDone);
  }
  async function next() {
    let waitMs = AGAIN_MS;
    try {
      const url = new URL(figure.dataset.fingerUrl, location.href);
      url.searchParams.set("after", String(after));
      const answer = await fetch(url, { cache: "no-store" });
      after = Number(answer.headers.get("X-Frame-Seq") ?? after);
      if (answer.status === 200) {
        const old = image.src;
        image.src = URL.createObjectURL(await answer.blob());
        if (old.startsWith("blob:")) URL.revokeObjectURL(old);
        showHow(answer);
      } else if (answer.status !== 204) waitMs = LOST_MS;
    } catch {
      waitMs = LOST_MS;
    }
    setTimeout(next, waitMs);
  }
  say(figure.dataset.wordWait);
  next();
}

for (const figure of document.querySelectorAll("[data-finger-url]")) {
  document.getElementById(figure.dataset.fingerForm)?.addEventListener("submit", () => {
    for (const one of figure.parentElement.children) one.toggleAttribute("hidden", one !== figure);
    grow(figure);
  }, { once: true });
}
