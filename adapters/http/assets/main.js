// Makes the pages quicker; every one of them works without it.
import { watchApi } from "./api.js";
import { watchForms } from "./form.js";
import { watchEditors } from "./editor.js";
import { watchConfirmations } from "./confirm.js";
import { watchCopies } from "./copy.js";
import { watchLive } from "./live.js";
import { watchMap } from "./map.js";
import { watchOverlay } from "./overlay.js";
import { watchRestart } from "./restart.js";
import { watchRoutes } from "./routes.js";
import { watchSearch } from "./search.js";
import { watchTrial } from "./trial.js";
import { watchVariables } from "./variables.js";

document.documentElement.classList.add("js");
watchApi();
watchForms();
watchEditors();
watchConfirmations();
watchCopies();
watchLive();
watchMap();
watchOverlay();
watchRestart();
watchRoutes();
watchSearch();
watchTrial();
watchVariables();
