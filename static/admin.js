// Django's admin: its thumbnails wait for a busy server as those of our own pages do.
import { watchImages } from "./lib/patience.js";

watchImages();
