// Prints a sheet at the station's printer when the page opens (data-print-now) or when the button is pressed, and says
// how it went without leaving the page. The server prints the same sheet once, however often it is asked.
for (const form of document.querySelectorAll("form[data-print]")) {
  const host = form.querySelector("[data-print-words]");
  let isAsking = false;

  const print = async () => {
    if (isAsking) return;
    isAsking = true;
    host.querySelector("button")?.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        body: new FormData(form),
        headers: { "X-Fragment": "yes" },
      });
      if (answer.ok && !answer.redirected) host.innerHTML = await answer.text();
    } catch {
      host.querySelector("button")?.removeAttribute("aria-busy"); // offline: the button is there to press again
    }
    isAsking = false;
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    print();
  });
  if ("printNow" in form.dataset) print();
}
