// Counts down how long a registration stays in one's hands, warns in time, and keeps it longer without leaving the page.
const WARNING_S = 120;
const form = document.querySelector("[data-claim-until]");
const left = form.querySelector("[data-claim-left]");
const warning = form.querySelector("[data-claim-warning]");

const tick = () => {
  const seconds = Math.max(0, Math.floor((Date.parse(form.dataset.claimUntil) - Date.now()) / 1000));
  left.textContent = `(${left.dataset.wordLeft} ${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")})`;
  warning.hidden = seconds > WARNING_S;
};

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { "X-Fragment": "yes" } });
    if (!answer.ok || answer.redirected) throw new Error(answer.status);
    form.dataset.claimUntil = (await answer.json()).until;
    const at = new Date(form.dataset.claimUntil).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false });
    const line = form.querySelector("[role=timer]").firstChild;
    line.data = line.data.replace(/\d\d:\d\d/, at);
    tick();
  } catch {
    form.submit(); // the page that comes back says why
  }
});

tick();
setInterval(tick, 1000);
