// The route map: what belongs to the router, middleware or service under the pointer or with the focus stands out.
export function watchMap() {
  const drawing = document.querySelector(".map svg");
  if (!drawing) return;
  const parts = [...drawing.querySelectorAll("[data-r]")];
  const show = (event) => {
    const node = event.target.closest?.("a[data-r]");
    const wanted = new Set(node?.dataset.r.split(" "));
    for (const part of parts) {
      const isOfIt = part.dataset.r.split(" ").some((router) => wanted.has(router));
      part.classList.toggle("dim", wanted.size > 0 && !isOfIt);
      part.classList.toggle("lit", isOfIt);
    }
  };
  for (const kind of ["pointerover", "focusin"]) drawing.addEventListener(kind, show);
  for (const kind of ["pointerleave", "focusout"]) drawing.addEventListener(kind, () => show({ target: drawing }));
}
