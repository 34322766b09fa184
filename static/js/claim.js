// Counts down how long a registration stays in one's hands, warns in time, and keeps it longer without leaving the page.
// Counted from what the server says is left: the clocks of reviewers' computers are not to be relied on.
const WARNING_S = 120;
const form = document.querySelector("[data-claim-until]");
const left = form.querySelector("[data-claim-left]");
const warning = form.querySelector("[data-claim-warning]");

let endsAt = performance.now() + Number(form.dataset.claimLeftS) * 1000;

const tick = () => {
  const seconds = Math.max(0, Math.floor((endsAt - performance.now()) / 1000));
  left.textContent = `(${left.dataset.wordLeft} ${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")})`;
  warning.hidden = seconds > WARNING_S;
};

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { "X-Fragment": "yes" } });
    if (!answer.ok || answer.redirected) throw new Error(answer.status);
    const said = await answer.json();
    form.dataset.claimUntil = said.until;
    endsAt = performance.now() + said.left_s * 1000;
    const line = form.querySelector("[role=timer]").firstChild;
    line.data = line.data.replace(/\d\d:\d\d/, said.until_words);
    tick();
  } catch {
    form.submit(); // the page that comes back says why
  }
});

tick();
setInterval(tick, 1000);
