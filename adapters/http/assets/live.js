// Parts of a page that bring themselves up to date: what Traefik says, or the end of a log that somebody follows.
import { tell } from "./post.js";
import { say } from "./words.js";

const FOLLOW = 2_000;

export function watchLive() {
  for (const part of document.querySelectorAll("[data-every]")) {
    repeat(part.id, () => Number(part.dataset.every), () => true);
  }
  for (const box of document.querySelectorAll("[data-follow]")) {
    repeat(box.dataset.follow, () => FOLLOW, () => box.checked);
    box.addEventListener("change", () => { if (box.checked) renew(box.dataset.follow); });
  }
}

function repeat(id, every, isWanted) {
  let failed = 0;
  const go = async () => {
    if (isWanted() && !document.hidden) failed = (await renew(id)) ? 0 : failed + 1;
    // The first failure may be a restart; from the third on it is said.
    if (failed === 3) tell("warn", say("silent"));
    setTimeout(go, every() * Math.min(failed + 1, 5));
  };
  setTimeout(go, every());
}

// Fetches the page anew and puts its part in the place of the old one; whether that went well.
async function renew(id) {
  const old = document.getElementById(id);
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (answer.redirected) location.reload();
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById(id);
    if (!answer.ok || !fresh) return false;
    // Somebody with the focus in it keeps it.
    if (!old.contains(document.activeElement)) old.replaceChildren(...fresh.childNodes);
    const state = page.getElementById("traefik");
    if (state) document.getElementById("traefik")?.replaceWith(state);
    return true;
  } catch {
    return false;
  }
}
