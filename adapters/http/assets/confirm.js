// Shows the confirmation page of a link as a dialog, without leaving the page.
export function watchConfirmations() {
  document.addEventListener("click", async (event) => {
    const link = event.target.closest?.("a[data-confirm]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    try {
      const answer = await fetch(link.href, { headers: { Accept: "text/html" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const form = page.querySelector("form[data-confirmation]");
      if (!answer.ok || answer.redirected || !form) throw new Error();
      open(document.adoptNode(form));
    } catch {
      location.assign(link.href);
    }
  });
}

function open(form) {
  const dialog = document.createElement("dialog");
  dialog.setAttribute("aria-labelledby", "question");
  form.classList.remove("panel");
  dialog.append(form);
  form.querySelector("a.cancel")?.addEventListener("click", (event) => {
    event.preventDefault();
    dialog.close();
  });
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
