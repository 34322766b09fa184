// Keeps what is being written at the server, a moment after the last key and when the page is left, and says that it did.
const WAIT_MS = 800;

for (const host of document.querySelectorAll("[data-autosave]")) {
  const field = host.querySelector("textarea");
  const state = host.querySelector("[data-autosave-state]");
  const token = field.form.querySelector("[name=csrf_token]").value;
  let kept = field.value;
  let timer = 0;

  const keep = async () => {
    clearTimeout(timer);
    const text = field.value;
    if (text === kept) return;
    kept = text;
    const body = new URLSearchParams({ csrf_token: token, code: host.dataset.autosaveCode, text });
    try {
      const answer = await fetch(host.dataset.autosave, { method: "POST", body, keepalive: true, headers: { "X-Fragment": "yes" } });
      if (answer.status !== 204) throw new Error(answer.status);
      state.textContent = `${state.dataset.wordSaved} ${new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false })}`;
      host.dataset.kept = "yes";
    } catch {
      kept = null; // tried again with the next key
      state.textContent = state.dataset.wordFailed;
    }
  };

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(keep, WAIT_MS);
  });
  field.addEventListener("change", keep);
  // A form that is sent brings its words itself; keeping them again would race with it.
  field.form.addEventListener("submit", () => { clearTimeout(timer); kept = field.value; });
  addEventListener("pagehide", keep);
}
