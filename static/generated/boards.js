// All boards.
import { cards } from "../lib/cards.js";

cards({ follows: /^(board|image)\./ });
