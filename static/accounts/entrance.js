// The forms before the door.
import "../components/form.js";
import "../components/secret.js";
