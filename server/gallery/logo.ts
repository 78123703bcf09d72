import { createCanvas } from '@napi-rs/canvas';

/** File name of {@link logo} in the folder of images. */
export const LOGO = 'logo.png';

/** The picture of a sponsor there is not, as PNG. */
export function logo(): Uint8Array {
  const canvas = createCanvas(640, 240);
  const context = canvas.getContext('2d');
  context.fillStyle = '#0b5fff';
  context.beginPath();
  context.roundRect(0, 0, canvas.width, canvas.height, 48);
  context.fill();
  // An N of two posts and a slope: no font is needed, and it shows which way up it lies.
  context.strokeStyle = '#ffffff';
  context.lineWidth = 34;
  context.lineJoin = 'round';
  context.beginPath();
  context.moveTo(90, 190);
  context.lineTo(90, 50);
  context.lineTo(210, 190);
  context.lineTo(210, 50);
  context.stroke();
  context.fillStyle = '#ffd23f';
  for (let i = 0; i < 3; i++) context.fillRect(270, 55 + i * 50, 290 - i * 70, 30);
  return canvas.toBuffer('image/png');
}
