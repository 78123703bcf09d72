import { type Box, iou } from '../../protocol/index.js';
import { assign, parseMotFile } from '../../tracking/index.js';

/**
 * ByteTrack (Zhang 2022) as its authors publish it, in short: what the tracking bench measures against in the same run. Times in frames, filter in
 * centre, aspect and height, boxes reported as filtered. Left out: merging of tracks that come to lie on each other.
 */
const [HIGH, LOW, NEW] = [0.6, 0.1, 0.7];
const [FIRST_COST, LOW_COST, TENTATIVE_COST] = [0.8, 0.5, 0.7];
const LOST_S = 1;

interface Scored {
  readonly box: Box;
  readonly score: number;
}

/** Position and velocity of one coordinate. */
interface Axis {
  p: number;
  v: number;
  pp: number;
  pv: number;
  vv: number;
}

const [POSITION, VELOCITY, ASPECT, ASPECT_VELOCITY] = [1 / 20, 1 / 160, 0.01, 1e-5];

class ByteTracklet {
  readonly id: number;
  confirmed: boolean;
  lost = false;
  seenFrame: number;
  score: number;
  readonly #axes: readonly [x: Axis, y: Axis, aspect: Axis, height: Axis];

  constructor(id: number, { box, score }: Scored, frame: number) {
    const { height } = box;
    const axis = (p: number, sd: number, sdV: number): Axis => ({ p, v: 0, pp: sd * sd, pv: 0, vv: sdV * sdV });
    const length = (p: number) => axis(p, 2 * POSITION * height, 10 * VELOCITY * height);
    this.id = id;
    this.confirmed = frame === 1;
    this.seenFrame = frame;
    this.score = score;
    this.#axes = [
      length(box.x + box.width / 2),
      length(box.y + height / 2),
      axis(box.width / height, ASPECT, ASPECT_VELOCITY),
      length(height),
    ];
  }

  get box(): Box {
    const [x, y, aspect, height] = this.#axes.map((a) => a.p);
    return { x: x - (aspect * height) / 2, y: y - height / 2, width: aspect * height, height };
  }

  predict(): void {
    const height = this.#axes[3].p;
    if (this.lost) this.#axes[3].v = 0;
    for (const [i, a] of this.#axes.entries()) {
      const [sd, sdV] = i === 2 ? [ASPECT, ASPECT_VELOCITY] : [POSITION * height, VELOCITY * height];
      a.p += a.v;
      a.pp += 2 * a.pv + a.vv + sd * sd;
      a.pv += a.vv;
      a.vv += sdV * sdV;
    }
  }

  see({ box, score }: Scored, frame: number): void {
    const height = this.#axes[3].p;
    const measured = [box.x + box.width / 2, box.y + box.height / 2, box.width / box.height, box.height];
    for (const [i, a] of this.#axes.entries()) {
      const sd = i === 2 ? 0.1 : POSITION * height;
      const s = a.pp + sd * sd;
      const off = measured[i] - a.p;
      const [kp, kv] = [a.pp / s, a.pv / s];
      a.p += kp * off;
      a.v += kv * off;
      a.vv -= kv * a.pv;
      a.pv *= 1 - kp;
      a.pp *= 1 - kp;
    }
    this.confirmed = true;
    this.lost = false;
    this.seenFrame = frame;
    this.score = score;
  }
}

/** @param detectionsText MOTChallenge rows @returns rows of the tracks, as `associate` writes them */
export function byteTrack(detectionsText: string, o: { fps: number; frames: number; dropped?: ReadonlySet<number> }): string {
  const detections = parseMotFile(detectionsText, 'detections');
  let tracks: ByteTracklet[] = [];
  let nextId = 1;
  const rows: string[] = [];
  for (let frame = 1; frame <= o.frames; frame++) {
    if (o.dropped?.has(frame)) continue;
    const all = (detections.get(frame) ?? []).map((row): Scored => ({ box: row.box, score: row.consider ?? 1 }));
    const high = all.filter((d) => d.score > HIGH);
    const low = all.filter((d) => d.score > LOW && d.score <= HIGH);
    const known = tracks.filter((t) => t.confirmed);
    const tentative = tracks.filter((t) => !t.confirmed);
    for (const t of known) t.predict();
    const first = pair(known, high, frame, FIRST_COST, true);
    const kept = first.tracks.filter((t) => !t.lost);
    const second = pair(kept, low, frame, LOW_COST, false);
    for (const t of second.tracks) t.lost = true;
    const third = pair(tentative, first.detections, frame, TENTATIVE_COST, true);
    const fresh = third.detections.filter((d) => d.score >= NEW).map((d) => new ByteTracklet(nextId++, d, frame));
    const dropped = new Set(third.tracks);
    tracks = [...tracks.filter((t) => !dropped.has(t) && frame - t.seenFrame <= LOST_S * o.fps), ...fresh];
    for (const t of tracks) {
      if (!t.confirmed || t.lost) continue;
      const { x, y, width, height } = t.box;
      rows.push(`${frame},${t.id},${[x, y, width, height].map((v) => v.toFixed(2)).join(',')},${t.score.toFixed(3)},-1,-1,-1\n`);
    }
  }
  return rows.join('');
}

/** What is left of both. */
function pair(tracks: ByteTracklet[], detections: Scored[], frame: number, most: number, fused: boolean) {
  const gain = new Float64Array(tracks.length * detections.length);
  let at = 0;
  for (const t of tracks) {
    const { box } = t;
    for (const d of detections) gain[at++] = most - 1 + iou(box, d.box) * (fused ? d.score : 1);
  }
  const mate = assign(gain, tracks.length, detections.length);
  for (const [i, t] of tracks.entries()) if (mate[i] >= 0) t.see(detections[mate[i]], frame);
  const taken = new Set(mate);
  return { tracks: tracks.filter((_, i) => mate[i] < 0), detections: detections.filter((_, i) => !taken.has(i)) };
}
