// All albums.
import { cards } from "../lib/cards.js";

cards({ follows: /^(album|library|image|edit)\./ });
