// Counts down until a change puts itself back.
export function watchTrial() {
  const panel = document.querySelector("[data-countdown]");
  const shown = panel?.querySelector("[data-seconds]");
  if (!shown) return;
  const end = Date.now() + Number(panel.dataset.countdown) * 1000;
  const timer = setInterval(() => {
    const left = Math.max(0, Math.ceil((end - Date.now()) / 1000));
    shown.textContent = String(left);
    if (left > 0) return;
    clearInterval(timer);
    setTimeout(() => location.reload(), 1500);
  }, 250);
}
