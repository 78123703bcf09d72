import { createCanvas, GlobalFonts, type SKRSContext2D } from '@napi-rs/canvas';
import type { HeadlessOverlay } from '../../overlay-client/index.js';
import type { ChannelScene, OverlayRegion, TrackedSubject, TrackingFrame } from '../../protocol/index.js';
import { FOLLOW_ID_BASE, type ForegroundMask } from '../../tracking/index.js';
import { packagePath } from '../package-path.js';
import { groundGrid } from './track-grid.js';

/** Pictures of what moved that wait for their frame; more than ever are on their way. */
const MOST_WAITING = 32;
/** Above the clicked target's, identities belong to lanes and to senders outside. */
const FOLLOW_IDS = 0x1000_0000;
const MOVED = 255;
const SHADOW = 127;
const SCRIPTS = ['latin', 'latin-ext', 'greek', 'cyrillic', 'cyrillic-ext'] as const;
const COLOURS = { visible: '#3ddc5b', predicted: '#ffb020', outside: '#ffb020', followed: '#ff4fd8', grid: 'rgba(90, 200, 255, 0.55)' };

/** Draws what tracking saw over the picture: `leaderline track --debug`. */
export class DebugOverlay {
  readonly #waiting = new Map<number, ForegroundMask>();

  /** What moved in a frame that will be drawn. */
  moved(frameIndex: number, foreground: ForegroundMask): void {
    this.#waiting.set(frameIndex, foreground);
    for (const old of this.#waiting.keys()) if (this.#waiting.size > MOST_WAITING) this.#waiting.delete(old);
  }

  open(first: ChannelScene): HeadlessOverlay {
    const { width, height } = first;
    let scene = first;
    const font = fontFamilies();
    const context = createCanvas(width, height).getContext('2d');
    let revision = 0;
    return {
      observe: () => {},
      render: (frame): readonly OverlayRegion[] => {
        const foreground = this.#waiting.get(frame.frameIndex);
        this.#waiting.delete(frame.frameIndex);
        draw(context, frame, scene, foreground, font);
        const { data } = context.getImageData(0, 0, width, height);
        return [{ key: 'debug', revision: ++revision, onGround: false, x: 0, y: 0, width, height, rgba: data }];
      },
      setScene: (next) => {
        scene = next;
      },
      warnings: () => [],
      close: () => {},
    };
  }
}

function draw(c: SKRSContext2D, frame: TrackingFrame, scene: ChannelScene, foreground: ForegroundMask | undefined, font: string): void {
  const { width, height } = scene;
  const unit = Math.max(11, Math.round(height / 45));
  c.clearRect(0, 0, width, height);
  c.font = `${unit}px ${font}`;
  c.textBaseline = 'alphabetic';
  if (foreground) tint(c, foreground, width, height);
  c.lineWidth = Math.max(1, height / 720);
  const spacingM = frame.pose.unit === 'm' && frame.pose.state === 'held' ? drawGrid(c, frame) : null;
  c.lineWidth = Math.max(1.5, height / 400);
  for (const subject of frame.subjects) if (subject.state !== 'outside') drawSubject(c, subject, scene, unit);
  drawLegend(c, frame, spacingM, unit);
}

/** What moved red, its shadow blue. */
function tint(c: SKRSContext2D, { width, height, mask }: ForegroundMask, pictureWidth: number, pictureHeight: number): void {
  const small = createCanvas(width, height);
  const smallContext = small.getContext('2d');
  const image = smallContext.createImageData(width, height);
  for (let i = 0; i < mask.length; i++) {
    if (mask[i] !== MOVED && mask[i] !== SHADOW) continue;
    image.data[4 * i] = mask[i] === MOVED ? 255 : 40;
    image.data[4 * i + 1] = 40;
    image.data[4 * i + 2] = mask[i] === MOVED ? 40 : 255;
    image.data[4 * i + 3] = 90;
  }
  smallContext.putImageData(image, 0, 0);
  c.imageSmoothingEnabled = false;
  c.drawImage(small, 0, 0, pictureWidth, pictureHeight);
}

/** @returns metres between lines, or null where no ground is in view. */
function drawGrid(c: SKRSContext2D, frame: TrackingFrame): number | null {
  const grid = groundGrid(frame);
  if (!grid) return null;
  c.strokeStyle = COLOURS.grid;
  c.beginPath();
  for (const line of grid.lines) {
    for (const [i, p] of line.entries()) {
      if (i === 0) c.moveTo(p.x, p.y);
      else c.lineTo(p.x, p.y);
    }
  }
  c.stroke();
  return grid.spacingM;
}

function drawSubject(c: SKRSContext2D, subject: TrackedSubject, scene: ChannelScene, unit: number): void {
  const { trackId, state, box, foot, confidence, rosterIndex } = subject;
  const followed = trackId >= FOLLOW_ID_BASE && trackId < FOLLOW_ID_BASE + FOLLOW_IDS;
  const colour = followed ? COLOURS.followed : COLOURS[state];
  c.strokeStyle = colour;
  c.setLineDash(state === 'visible' ? [] : [unit / 2, unit / 3]);
  c.strokeRect(box.x, box.y, box.width, box.height);
  c.setLineDash([]);
  c.fillStyle = colour;
  c.beginPath();
  c.arc(foot.x, foot.y, unit / 5, 0, 2 * Math.PI);
  c.fill();
  const id = followed ? `followed ${trackId - FOLLOW_ID_BASE + 1}` : `${trackId}`;
  const name = scene.roster[rosterIndex]?.name;
  label(c, [id, name, confidence.toFixed(2)].filter((part) => part !== undefined).join('  '), box.x, box.y - unit / 3, unit, colour);
}

function drawLegend(c: SKRSContext2D, frame: TrackingFrame, spacingM: number | null, unit: number): void {
  const { pose, subjects } = frame;
  const ground = pose.unit === 'px' ? 'not calibrated' : spacingM === null ? 'no ground' : `grid ${spacingM} m`;
  const marks = [frame.predicted && 'predicted', frame.discontinuity && 'discontinuity'].filter((mark) => typeof mark === 'string');
  const colour = pose.state === 'held' ? '#ffffff' : '#ff5a4f';
  const time = (frame.mediaTimeUs / 1e6).toFixed(2);
  const text = [
    `frame ${frame.frameIndex}`,
    `${time} s`,
    `pose ${pose.state} ${pose.confidence.toFixed(2)}`,
    ground,
    `${subjects.length} subjects`,
  ];
  label(c, [...text, ...marks].join('   '), unit / 2, 1.6 * unit, unit, colour);
  c.fillStyle = 'rgba(0, 0, 0, 0.6)';
  c.fillRect(unit / 2, 2.1 * unit, 10 * unit, unit / 2);
  c.fillStyle = colour;
  c.fillRect(unit / 2, 2.1 * unit, 10 * unit * pose.confidence, unit / 2);
}

/** Text on a dark ground, kept inside the picture. @param y its base line. */
function label(c: SKRSContext2D, text: string, x: number, y: number, unit: number, colour: string): void {
  const width = c.measureText(text).width + 0.6 * unit;
  const left = Math.max(0, Math.min(c.canvas.width - width, x));
  const base = Math.max(1.1 * unit, Math.min(c.canvas.height - 0.3 * unit, y));
  c.fillStyle = 'rgba(0, 0, 0, 0.6)';
  c.fillRect(left, base - unit, width, 1.3 * unit);
  c.fillStyle = colour;
  c.fillText(text, left + 0.3 * unit, base);
}

function fontFamilies(): string {
  for (const script of SCRIPTS) {
    const family = `Leaderline Debug ${script}`;
    if (!GlobalFonts.has(family))
      GlobalFonts.registerFromPath(packagePath(`assets/fonts/sofia-sans-condensed-${script}-700-normal.woff`), family);
  }
  return SCRIPTS.map((script) => `"Leaderline Debug ${script}"`).join(', ');
}
