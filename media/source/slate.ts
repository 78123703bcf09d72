import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createCanvas, GlobalFonts, type SKRSContext2D } from '@napi-rs/canvas';
import * as C from 'node-av/constants';
import { type Frame, Rational } from 'node-av/lib';
import type { Size } from '../../protocol/index.js';
import { Graph } from '../ffmpeg/graph.js';
import { check, MediaError, newFrame } from '../ffmpeg/native.js';
import type { SourceInfo } from '../frame.js';
import { MATRIX_NAMES } from './normaliser.js';

const TEXT = 'Signal lost · reconnecting';
const FONT = new URL('../../../assets/fonts/sofia-sans-condensed-latin-700-normal.woff', import.meta.url);

/** The card shown while an input is away, in the channel's own format. Drawn once; the caller's to free. */
export async function makeSlate(info: Pick<SourceInfo, 'size' | 'format' | 'colour' | 'sampleAspectRatio'>): Promise<Frame> {
  const { width, height } = info.size;
  const rgba = newFrame();
  try {
    rgba.format = C.AV_PIX_FMT_RGBA;
    rgba.width = width;
    rgba.height = height;
    rgba.colorSpace = C.AVCOL_SPC_RGB;
    rgba.colorRange = C.AVCOL_RANGE_JPEG;
    rgba.sampleAspectRatio = new Rational(info.sampleAspectRatio.num, info.sampleAspectRatio.den);
    check(rgba.getBuffer(0), 'slate');
    const drawn = drawCard(info.size);
    const plane = rgba.data![0]!;
    const stride = rgba.linesize[0]!;
    for (let y = 0; y < height; y++) plane.set(drawn.subarray(y * width * 4, (y + 1) * width * 4), y * stride);
    const { matrix, range, tags } = info.colour;
    const graph = await Graph.video(rgba, `scale=out_color_matrix=${MATRIX_NAMES[matrix]}:out_range=${range},format=${info.format.name}`);
    try {
      await graph.push(rgba);
      const slate = await graph.pull();
      if (!slate) throw new MediaError('the slate could not be made');
      slate.colorSpace = tags.space;
      slate.colorRange = tags.range;
      slate.colorPrimaries = tags.primaries;
      slate.colorTrc = tags.transfer;
      return slate;
    } finally {
      graph.close();
    }
  } finally {
    rgba.free();
  }
}

/** A quiet dark card: a mark of interrupted waves, the words below. Opaque RGBA. */
function drawCard({ width, height }: Size): Uint8ClampedArray {
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  const unit = Math.min(width, height) / 100;
  const glow = context.createRadialGradient(width / 2, height * 0.45, 0, width / 2, height * 0.45, Math.hypot(width, height) / 2);
  glow.addColorStop(0, '#1d2733');
  glow.addColorStop(1, '#0b0f14');
  context.fillStyle = glow;
  context.fillRect(0, 0, width, height);
  drawMark(context, width / 2, height * 0.46, unit);
  if (existsSync(FONT) && !GlobalFonts.has('Leaderline Slate')) GlobalFonts.registerFromPath(fileURLToPath(FONT), 'Leaderline Slate');
  const size = Math.max(10, unit * 5.2);
  context.font = `600 ${size}px "Leaderline Slate", sans-serif`;
  context.textAlign = 'center';
  context.fillStyle = '#e8edf2';
  context.fillText(TEXT, width / 2, height * 0.64, width * 0.9);
  return context.getImageData(0, 0, width, height).data;
}

function drawMark(context: SKRSContext2D, x: number, y: number, unit: number): void {
  context.lineCap = 'round';
  context.lineWidth = unit * 1.4;
  context.strokeStyle = '#5b6b7d';
  for (const radius of [5, 9, 13]) {
    for (const side of [0, Math.PI]) {
      context.beginPath();
      context.arc(x, y, radius * unit, side - 0.6, side + 0.6);
      context.stroke();
    }
  }
  context.fillStyle = '#ff9f43';
  context.beginPath();
  context.arc(x, y, unit * 1.8, 0, 2 * Math.PI);
  context.fill();
}
