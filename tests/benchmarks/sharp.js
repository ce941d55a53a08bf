// Does jobs with sharp as its users write them: one JSON object a line in, the processor time of each out.
const { createHash } = require("node:crypto");
const { readFileSync, writeFileSync } = require("node:fs");
const { createInterface } = require("node:readline");
const sharp = require("sharp");

sharp.cache(false); // the same picture again is another one

const WHITE = "#ffffff";
const TEXT = { text: { text: '<span foreground="white">ImageHub</span>', font: "sans", height: 48, rgba: true } };

function light(image) {
  return image.modulate({ brightness: 1.1, saturation: 1.2 }).linear(1.1, -12.8).sharpen({ sigma: 1 });
}

const jobs = {
  small: (input) => sharp(input).resize(400).webp({ quality: 80 }).toBuffer(),
  avif: (input) => sharp(input).resize(400).avif().toBuffer(),
  lossless: (input) => sharp(input).resize(400).png().toBuffer(),
  smart: (input) =>
    sharp(input).resize(256, 256, { fit: "cover", position: "attention" }).webp({ quality: 80 }).toBuffer(),
  // As the manual reads: everything in one chain, whose operations come in sharp's own order.
  async recipe(input) {
    const { width, height } = await sharp(input).metadata();
    const [left, top] = [Math.round(width * 0.1), Math.round(height * 0.1)];
    const cut = { left, top, width: Math.round(width * 0.8), height: Math.round(height * 0.8) };
    const turned = await sharp(input).autoOrient().extract(cut).rotate(7, { background: WHITE }).toBuffer();
    return light(sharp(turned).resize(1200)).composite([{ input: TEXT, left: 120, top: 96 }]).jpeg({ quality: 85 }).toBuffer();
  },
  // As somebody does it who knows: reduced on the way out of the decoder, and nothing encoded in between.
  async expert(input) {
    const { width, height } = await sharp(input).metadata();
    const scale = 1107 / (width * 0.8);
    const [left, top] = [Math.round(width * 0.1 * scale), Math.round(height * 0.1 * scale)];
    const cut = { left, top, width: Math.round(width * 0.8 * scale), height: Math.round(height * 0.8 * scale) };
    const { data, info } = await sharp(input).autoOrient().resize(Math.round(width * scale)).extract(cut).raw().toBuffer({ resolveWithObject: true });
    const turned = sharp(data, { raw: info }).rotate(7, { background: WHITE });
    return light(turned).composite([{ input: TEXT, left: 120, top: 96 }]).jpeg({ quality: 85 }).toBuffer();
  },
  async upload(input) {
    createHash("sha256").update(input).digest("hex");
    const image = sharp(input).autoOrient();
    await Promise.all([
      ...[320, 640, 1280].map((width) => image.clone().resize(width).webp({ quality: 80 }).toBuffer()),
      image.clone().resize(32, 32, { fit: "fill" }).greyscale().raw().toBuffer(),
      image.clone().resize(9, 8, { fit: "fill" }).greyscale().raw().toBuffer(),
      image.clone().resize(16, 16, { fit: "inside" }).raw().toBuffer(),
      image.clone().jpeg({ quality: 95 }).toBuffer(),
    ]);
    return input;
  },
};

async function done(line) {
  const { job, input, output, times } = JSON.parse(line);
  const data = readFileSync(input);
  const before = process.cpuUsage();
  let made;
  for (let turn = 0; turn < times; turn += 1) made = await jobs[job](data);
  const { user, system } = process.cpuUsage(before);
  if (output) writeFileSync(output, made);
  process.stdout.write(`${JSON.stringify({ ms: (user + system) / 1000 / times, size: made.length })}\n`);
}

let turn = Promise.resolve();
createInterface({ input: process.stdin }).on("line", (line) => {
  turn = turn.then(() => done(line));
});
