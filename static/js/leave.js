// The last page goes home by itself: counts down in sight, then sends its form or follows its link.
for (const way of document.querySelectorAll("[data-leave-s]")) {
  const shows = way.querySelector("[data-leave-shows]");
  const endsAt = Date.now() + Number(way.dataset.leaveS) * 1000;
  const tick = () => {
    const leftS = Math.ceil((endsAt - Date.now()) / 1000);
    if (shows) shows.textContent = String(Math.max(leftS, 0));
    if (leftS > 0) setTimeout(tick, 250);
    else if (way instanceof HTMLFormElement) way.requestSubmit();
    else location.assign(way.dataset.leaveUrl ?? way.href);
  };
  tick();
}
