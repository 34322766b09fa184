// Twelve keys that write into an ordinary field; a real keyboard goes on working beside them.
function type(field, key) {
  const start = field.selectionStart ?? field.value.length;
  const end = field.selectionEnd ?? start;
  if (key === "delete") {
    field.setRangeText("", start === end ? Math.max(start - 1, 0) : start, end, "end");
  } else if (field.maxLength < 0 || field.value.length - (end - start) < field.maxLength) {
    field.setRangeText(key, start, end, "end");
  }
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

for (const pad of document.querySelectorAll("[data-keypad]")) {
  const field = document.getElementById(pad.dataset.keypad);
  if (!field) continue;
  field.setSelectionRange(field.value.length, field.value.length);
  // The finger on a key must not take the cursor out of the field.
  pad.addEventListener("pointerdown", (event) => event.preventDefault());
  pad.addEventListener("click", (event) => {
    const key = event.target.closest("[data-key]");
    if (key) type(field, key.dataset.key);
  });
}
