// The page of a link: its pictures on the stage.
import { lightbox } from "../lib/lightbox.js";

lightbox(document.querySelector("[data-lightbox]"), document.querySelectorAll("[data-lightbox-item]"));
