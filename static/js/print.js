// Prints a PDF without leaving the page: a kiosk has no way back out of a PDF viewer.
function print(link) {
  document.querySelector("[data-print-frame]")?.remove();
  const frame = document.createElement("iframe");
  frame.className = "visually-hidden";
  frame.tabIndex = -1;
  frame.title = link.textContent;
  frame.dataset.printFrame = "";
  frame.addEventListener("load", () => {
    frame.contentWindow.focus();
    frame.contentWindow.print();
  });
  frame.src = link.href;
  document.body.append(frame);
}

for (const link of document.querySelectorAll("a[data-print]")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    print(link);
    const words = link.querySelector("span");
    words.textContent = link.dataset.print;
    words.setAttribute("role", "status");
  });
}
