// A refused page starts at its error summary; a line of it leads to the field and puts the cursor there.
const summary = document.querySelector("[data-error-summary]");
summary.focus();
for (const link of summary.querySelectorAll("a[href^='#']")) {
  link.addEventListener("click", (event) => {
    const field = document.getElementById(link.getAttribute("href").slice(1));
    if (!field) return;
    event.preventDefault();
    field.scrollIntoView({ block: "center" });
    field.focus();
  });
}
