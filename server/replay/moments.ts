import { crowdedShare, type ReplayFrame } from '../../media/index.js';
import type { ChannelScene, ReplaySubject, StrobeMoments, TimeRange, TrackedSubject, TrackingFrame } from '../../protocol/index.js';

/** A recorded frame in which a subject is seen. */
export interface Sighting {
  /** Place in the reader's `frames`. */
  readonly index: number;
  readonly frame: ReplayFrame;
  readonly subject: TrackedSubject;
}

/** Less of its box inside the picture is not enough to cut it out. */
const INSIDE = 0.7;
const MOST_IMAGES = 40;
/** How far an image may be from its even place, as a share of the spacing, and what that weighs against being in a crowd. */
const LEEWAY = 0.35;
const WAITING = 0.25;
const MOST_CROWDED = 2;

/** A subject in one frame, or undefined. */
export function subjectIn(tracking: TrackingFrame, who: ReplaySubject): TrackedSubject | undefined {
  return tracking.subjects.find((s) => ('trackId' in who ? s.trackId === who.trackId : s.rosterIndex === who.rosterIndex));
}

/** Who is meant, for a person. */
export function nameOf(who: ReplaySubject, scene: ChannelScene): string {
  if ('trackId' in who) return `track ${who.trackId}`;
  return scene.roster[who.rosterIndex]?.name ?? `roster entry ${who.rosterIndex}`;
}

/**
 * Every frame of a range in which the subject can be cut out: seen, well inside the picture, under a pose that holds.
 * @throws Error in one line: what there is not.
 */
export function sightings(frames: readonly ReplayFrame[], range: TimeRange, who: ReplaySubject, scene: ChannelScene): Sighting[] {
  const found: Sighting[] = [];
  let there = 0;
  let lost = 0;
  for (const [index, frame] of frames.entries()) {
    if (frame.mediaTimeUs < range.fromUs || frame.mediaTimeUs > range.toUs) continue;
    const subject = subjectIn(frame.tracking, who);
    if (!subject) continue;
    there++;
    if (frame.tracking.pose.state === 'lost') lost++;
    else if (frame.bytes > 0 && subject.state !== 'outside' && insideShare(subject, frame.tracking) >= INSIDE)
      found.push({ index, frame, subject });
  }
  // Stills are cut from pictures that were measured themselves. Expected places will do where hardly anybody is seen: what is cut out there is what is there.
  const measured = preferred(found, (s) => !s.frame.tracking.predicted, 1 / 8);
  if (measured.length > 0) return preferred(measured, (s) => s.subject.state === 'visible', 1 / 2);
  const where = `between ${time(range.fromUs)} and ${time(range.toUs)}`;
  if (there === 0) throw new Error(`${nameOf(who, scene)} is not tracked ${where}; choose another subject or range`);
  if (lost === there) throw new Error(`the camera pose was lost ${where}: pictures cannot be registered; choose another range`);
  throw new Error(`${nameOf(who, scene)} is never seen whole ${where}; choose another range`);
}

/** Those of a kind, if they are at least this share of all. */
function preferred(list: readonly Sighting[], kind: (s: Sighting) => boolean, share: number): Sighting[] {
  const chosen = list.filter(kind);
  return chosen.length >= list.length * share ? chosen : [...list];
}

/** The sightings that a stroboscopic picture shows, oldest first. @throws Error in one line. */
export function chooseMoments(seen: readonly Sighting[], wanted: StrobeMoments): Sighting[] {
  const chosen = unique(pick(seen, wanted));
  if (chosen.length > MOST_IMAGES)
    throw new Error(`that makes ${chosen.length} images, at most ${MOST_IMAGES} are drawn: use a wider spacing or a shorter range`);
  return chosen;
}

/**
 * Others that may stand in for one of a number of images where too little of the subject shows: a little earlier and later.
 * None where the moments themselves were asked for.
 */
export function standIns(seen: readonly Sighting[], { frame }: Sighting, wanted: StrobeMoments): Sighting[] {
  const [first, last] = [seen[0], seen.at(-1)];
  if (!('count' in wanted) || !first || !last) return [];
  const step = (last.frame.mediaTimeUs - first.frame.mediaTimeUs) / (wanted.count - 1);
  const at = (us: number): Sighting => nearest(seen, (s) => s.frame.mediaTimeUs, us);
  return unique([-1, 1].map((side) => at(frame.mediaTimeUs + side * step * LEEWAY))).filter((s) => s.frame !== frame);
}

function pick(seen: readonly Sighting[], wanted: StrobeMoments): Sighting[] {
  const first = seen[0];
  const last = seen.at(-1);
  if (!first || !last) return [];
  if ('atUs' in wanted) return [...wanted.atUs].sort((a, b) => a - b).map((us) => nearest(seen, (s) => s.frame.mediaTimeUs, us));
  if ('everyM' in wanted) {
    const way = distances(seen);
    return spaced(seen, way, wanted.everyM);
  }
  const times = seen.map((s) => s.frame.mediaTimeUs);
  if ('everyS' in wanted) return spaced(seen, times, wanted.everyS * 1e6);
  const step = (last.frame.mediaTimeUs - first.frame.mediaTimeUs) / (wanted.count - 1);
  return Array.from({ length: wanted.count }, (_, i) => freest(seen, first.frame.mediaTimeUs + i * step, step * LEEWAY));
}

/** Counted back from the last, so that the newest image is where the range ends. */
function spaced(seen: readonly Sighting[], at: readonly number[], step: number): Sighting[] {
  const first = at[0] ?? 0;
  const chosen: Sighting[] = [];
  for (let value = at.at(-1) ?? 0; value >= first - step * 1e-6 && chosen.length <= MOST_IMAGES; value -= step)
    chosen.push(nearest(seen, (_, i) => at[i] ?? 0, value));
  return chosen.reverse();
}

/** Near a moment, the sighting in which fewest people are in the way. Who asks for a number of images does not ask for the very moments. */
function freest(seen: readonly Sighting[], wantedUs: number, leewayUs: number): Sighting {
  const cost = ({ frame, subject }: Sighting): number => {
    const off = Math.abs(frame.mediaTimeUs - wantedUs) / Math.max(1, leewayUs);
    return off > 1 ? MOST_CROWDED + off : crowdedShare(subject, frame.tracking.subjects) + WAITING * off;
  };
  return seen.map((s) => ({ s, cost: cost(s) })).reduce((best, next) => (next.cost < best.cost ? next : best)).s;
}

/** Metres gone at each sighting: along the course where the subject is ranked, else along its own way. */
function distances(seen: readonly Sighting[]): number[] {
  if (seen.some((s) => s.frame.tracking.pose.unit !== 'm'))
    throw new Error('spacing by metres needs a calibrated channel; space by time or count instead');
  const ranked = seen.map((s) => s.frame.tracking.standings.find((st) => st.trackId === s.subject.trackId)?.distanceM);
  const known = ranked.filter((d) => d !== undefined);
  if (known.length === seen.length) return known;
  let gone = 0;
  return seen.map(({ subject }, i) => {
    const before = seen[i - 1]?.subject.ground ?? subject.ground;
    gone += Math.hypot(subject.ground.x - before.x, subject.ground.y - before.y);
    return gone;
  });
}

function nearest(seen: readonly Sighting[], at: (s: Sighting, i: number) => number, wanted: number): Sighting {
  return seen.reduce(
    (best, s, i) => {
      const off = Math.abs(at(s, i) - wanted);
      return off < best.off ? { s, off } : best;
    },
    { s: seen[0]!, off: Number.POSITIVE_INFINITY },
  ).s;
}

function unique(chosen: readonly Sighting[]): Sighting[] {
  return chosen.filter((s, i) => s.index !== chosen[i - 1]?.index);
}

function insideShare({ box }: TrackedSubject, { width, height }: TrackingFrame): number {
  const w = Math.min(box.x + box.width, width) - Math.max(box.x, 0);
  const h = Math.min(box.y + box.height, height) - Math.max(box.y, 0);
  return w <= 0 || h <= 0 ? 0 : (w * h) / (box.width * box.height);
}

/** Media time for a person: `1:23.45`. */
export function time(us: number): string {
  const s = us / 1e6;
  return `${Math.floor(s / 60)}:${(s % 60).toFixed(2).padStart(5, '0')}`;
}
