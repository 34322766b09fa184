// Nobody has to swipe: while there is more below, a button in the footer goes one screen down.
const pane = document.querySelector("[data-scroll]");
const more = document.querySelector("[data-scroll-more]");

function look() {
  more.hidden = pane.scrollTop + pane.clientHeight >= pane.scrollHeight - 8;
}

if (pane && more) {
  more.addEventListener("click", () => {
    pane.scrollBy({ top: pane.clientHeight * 0.8 });
  });
  pane.addEventListener("scroll", look, { passive: true });
  new ResizeObserver(look).observe(pane);
  new ResizeObserver(look).observe(pane.firstElementChild);
  look();
}
