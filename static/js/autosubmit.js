// A waiting screen sends itself once after its delay; the button on it does the same by hand.
for (const form of document.querySelectorAll("form[data-autosubmit-ms]")) {
  const timer = setTimeout(() => form.requestSubmit(), Number(form.dataset.autosubmitMs));
  form.addEventListener("submit", () => clearTimeout(timer));
}
