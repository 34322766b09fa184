// Names the chosen files beside the button, since the browser's own words are in the browser's language.
for (const field of document.querySelectorAll("input[data-file]")) {
  const names = document.getElementById(field.dataset.file);
  const nothing = names.textContent;
  field.addEventListener("change", () => {
    names.textContent = [...field.files].map((file) => file.name).join(", ") || nothing;
  });
}
