// The desk: drawn anew while harvests go on.
import { shortcut } from "../lib/keys.js";
import { liveParts } from "../lib/live.js";

liveParts({ names: ["live", "runs"], concerns: (event) => event.type.startsWith("job.") });
shortcut("n", () => document.querySelector("[data-new]").click());
