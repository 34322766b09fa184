// A button with data-dialog opens the dialog of that id; closing gives the focus back by itself.
for (const opener of document.querySelectorAll("[data-dialog]")) {
  const dialog = document.getElementById(opener.dataset.dialog);
  if (dialog) opener.addEventListener("click", () => dialog.showModal());
}
