// Keeps a part of the page fresh: fetches an HTML fragment, honours ETag and 304, keeps the focus.
const DEFAULT_MS = 2000;

function place(host, html) {
  const focused = host.contains(document.activeElement) ? document.activeElement.id : "";
  host.innerHTML = html;
  if (focused) document.getElementById(focused)?.focus();
}

/** Poll `url` into `host` for ever; `heard` is called after each answer that is good (changed or not). */
export function poll(host, url, everyMs, heard = () => {}) {
  let etag = "";
  async function ask() {
    try {
      const answer = await fetch(url, { headers: etag ? { "If-None-Match": etag } : {}, cache: "no-store" });
      if (answer.redirected) {
        // The session is over: the answer is the sign-in page, which belongs in the whole window.
        location.reload();
        return;
      }
      if (answer.ok) {
        etag = answer.headers.get("ETag") ?? "";
        place(host, await answer.text());
      }
      if (answer.ok || answer.status === 304) heard(answer.ok);
    } catch {
      // Offline for a moment: the next turn asks again.
    }
    setTimeout(ask, everyMs);
  }
  setTimeout(ask, everyMs);
}

for (const host of document.querySelectorAll("[data-poll-url]")) {
  poll(host, host.dataset.pollUrl, Number(host.dataset.pollMs) || DEFAULT_MS);
}
