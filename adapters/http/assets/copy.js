// Buttons that copy the text of the element they name.
import { say } from "./words.js";

export function watchCopies() {
  for (const button of document.querySelectorAll("button[data-copy]")) {
    button.addEventListener("click", async () => {
      const source = document.getElementById(button.dataset.copy);
      const label = button.textContent;
      try {
        await navigator.clipboard.writeText(source.textContent);
        button.textContent = say("copied");
      } catch {
        // Without HTTPS there is no clipboard: select the text, so that one key press copies it.
        getSelection().selectAllChildren(source);
        button.textContent = say("press");
      }
      setTimeout(() => { button.textContent = label; }, 2500);
    });
  }
}
