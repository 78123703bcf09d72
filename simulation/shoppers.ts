import type { Behaviour, Point } from '../protocol/index.js';
import { strideM } from './people/gait.js';
import { between, pick, type Random, random, shuffled } from './random.js';
import { AISLES_X, BACK_Y, FRONT_Y } from './shop-floor.js';

const STEPS_PER_S = 30;

/** A shopper at one moment. */
export interface Moment {
  readonly position: Point;
  readonly heading: number;
  readonly speedMps: number;
  readonly phase: number;
  readonly behaviour: Behaviour;
}

/** A shopper's whole visit, recorded once. */
export class Visit {
  constructor(
    readonly startS: number,
    private readonly steps: readonly Moment[],
  ) {}

  get endS(): number {
    return this.startS + (this.steps.length - 1) / STEPS_PER_S;
  }

  /** Where the shopper is, or undefined before entering and after leaving. */
  at(timeS: number): Moment | undefined {
    const position = (timeS - this.startS) * STEPS_PER_S;
    const i = Math.floor(position);
    const a = this.steps[i];
    const b = this.steps[i + 1];
    if (!a || !b) return undefined;
    const t = position - i;
    const turn = Math.atan2(Math.sin(b.heading - a.heading), Math.cos(b.heading - a.heading));
    return {
      position: { x: a.position.x + (b.position.x - a.position.x) * t, y: a.position.y + (b.position.y - a.position.y) * t },
      heading: a.heading + turn * t,
      speedMps: a.speedMps + (b.speedMps - a.speedMps) * t,
      phase: a.phase + (b.phase - a.phase) * t,
      behaviour: a.behaviour,
    };
  }
}

/** A planned stretch: walk to a point at a speed, then stand for a while facing a way. */
interface Leg {
  readonly to: Point;
  readonly speedMps: number;
  readonly behaviour: Behaviour;
  readonly standS?: number;
  readonly facing?: number;
  readonly standing?: Behaviour;
}

const ENTRY: Point = { x: 1.5, y: -2.2 };
const EXIT: Point = { x: 11.1, y: -2.4 };

/** Goes round the shelves: along cross aisles and walkways only. */
function route(from: Point, to: Point, next: Random): Point[] {
  const inAisle = (p: Point) => p.y > 2.4 && p.y < 6.2;
  if (inAisle(from) && inAisle(to) && Math.abs(from.x - to.x) < 1.2) return [to];
  const viaBack = from.y + to.y > FRONT_Y + BACK_Y + 0.4;
  const cross = (viaBack ? BACK_Y : FRONT_Y) + between(next, -0.22, 0.22);
  const out: Point[] = [];
  if (Math.abs(from.y - cross) > 0.3) out.push({ x: from.x, y: cross });
  if (Math.abs(from.x - to.x) > 0.3) out.push({ x: to.x, y: cross });
  out.push(to);
  return out;
}

type Kind = 'stroller' | 'hurrier' | 'lingerer' | 'student' | 'buyer';

function plan(kind: Kind, next: Random): Leg[] {
  const legs: Leg[] = [];
  let here = ENTRY;
  const walk = (to: Point, speedMps: number, behaviour: Behaviour, more: Partial<Leg> = {}) => {
    const points = route(here, to, next);
    for (const [i, point] of points.entries()) legs.push({ to: point, speedMps, behaviour, ...(i === points.length - 1 ? more : {}) });
    here = to;
  };
  const spot = (side: number): Point => ({ x: pick(next, AISLES_X) + side * 0.28, y: between(next, 2.9, 5.7) });
  const shelf = (side: number) => (side < 0 ? Math.PI : 0);
  const stroll = () => between(next, 0.68, 0.92);
  const side = () => (next() < 0.5 ? -1 : 1);
  const pay = () =>
    walk({ x: between(next, 8.6, 9.3), y: 1.62 }, stroll(), 'stroll', {
      standS: between(next, 5, 9),
      facing: -Math.PI / 2,
      standing: 'queue',
    });
  const leave = (speed: number, behaviour: Behaviour) => {
    walk({ x: EXIT.x, y: 1.4 }, speed, behaviour);
    legs.push({ to: EXIT, speedMps: speed, behaviour });
  };
  legs.push({
    to: { x: 1.5 + between(next, -0.3, 0.3), y: 0.6 },
    speedMps: kind === 'hurrier' ? 1.7 : 0.95,
    behaviour: kind === 'hurrier' ? 'hurry' : 'stroll',
  });
  here = { x: 1.5, y: 0.6 };
  if (kind === 'hurrier') {
    const s = side();
    const speed = between(next, 1.65, 1.95);
    walk(spot(s), speed, 'hurry', { standS: between(next, 0.8, 1.4), facing: shelf(s), standing: 'hurry' });
    leave(speed, 'hurry');
  } else if (kind === 'student') {
    for (let i = 0; i < 2; i++) {
      const s = side();
      walk(spot(s), stroll(), 'stroll', { standS: between(next, 6, 10), facing: shelf(s), standing: 'study' });
    }
    leave(stroll(), 'stroll');
  } else if (kind === 'lingerer') {
    let s = side();
    let at = spot(s);
    walk(at, stroll(), 'stroll', { standS: between(next, 2, 3), facing: shelf(s), standing: 'linger' });
    for (let i = 0; i < 5; i++) {
      s = next() < 0.7 ? s : -s;
      at = { x: at.x + between(next, -0.15, 0.15), y: Math.min(5.8, Math.max(2.8, at.y + between(next, -0.9, 0.9))) };
      walk(at, between(next, 0.25, 0.4), 'linger', {
        standS: between(next, 1.2, 3),
        facing: shelf(s) + between(next, -0.5, 0.5),
        standing: 'linger',
      });
    }
    leave(stroll(), 'stroll');
  } else {
    for (let i = 0; i < (kind === 'stroller' ? 3 : 1); i++) {
      const s = side();
      walk(next() < 0.3 ? { x: pick(next, AISLES_X) + between(next, -0.3, 0.3), y: BACK_Y } : spot(s), stroll(), 'stroll', {
        standS: between(next, 0.3, 1.6),
        facing: shelf(s),
        standing: 'stroll',
      });
    }
    if (kind === 'buyer') pay();
    leave(stroll(), 'stroll');
  }
  return legs;
}

/** Walks the plan step by step, then smooths it as a body's inertia does. */
function perform(legs: readonly Leg[], startS: number, phase: number): Visit {
  const raw: { x: number; y: number; facing: number | undefined; behaviour: Behaviour }[] = [];
  let { x, y } = ENTRY;
  for (const leg of legs) {
    const distance = Math.hypot(leg.to.x - x, leg.to.y - y);
    const steps = Math.max(1, Math.round((distance / leg.speedMps) * STEPS_PER_S));
    for (let i = 1; i <= steps; i++) {
      raw.push({ x: x + ((leg.to.x - x) * i) / steps, y: y + ((leg.to.y - y) * i) / steps, facing: undefined, behaviour: leg.behaviour });
    }
    ({ x, y } = leg.to);
    for (let i = 0; i < (leg.standS ?? 0) * STEPS_PER_S; i++)
      raw.push({ x, y, facing: leg.facing, behaviour: leg.standing ?? leg.behaviour });
  }
  const smooth = (key: 'x' | 'y') => blur(raw.map((r) => r[key]));
  const xs = smooth('x');
  const ys = smooth('y');
  let heading = Math.PI / 2;
  const moments: Moment[] = [];
  for (const [i, r] of raw.entries()) {
    const before = Math.max(0, i - 1);
    const after = Math.min(raw.length - 1, i + 1);
    const vx = (((xs[after] as number) - (xs[before] as number)) * STEPS_PER_S) / Math.max(1, after - before);
    const vy = (((ys[after] as number) - (ys[before] as number)) * STEPS_PER_S) / Math.max(1, after - before);
    const speedMps = Math.hypot(vx, vy);
    const wanted = r.facing !== undefined && speedMps < 0.3 ? r.facing : speedMps > 0.12 ? Math.atan2(vy, vx) : heading;
    const turn = Math.atan2(Math.sin(wanted - heading), Math.cos(wanted - heading));
    heading += Math.max(-4.5 / STEPS_PER_S, Math.min(4.5 / STEPS_PER_S, turn * 0.22));
    phase += speedMps / strideM(speedMps) / STEPS_PER_S;
    moments.push({ position: { x: xs[i] as number, y: ys[i] as number }, heading, speedMps, phase, behaviour: r.behaviour });
  }
  return new Visit(startS, moments);
}

/** Mean over a third of a second, three times: near a Gaussian. */
function blur(values: readonly number[]): number[] {
  const reach = 4;
  let list = [...values];
  for (let pass = 0; pass < 3; pass++) {
    list = list.map((_, i) => {
      let sum = 0;
      for (let k = -reach; k <= reach; k++) sum += list[Math.max(0, Math.min(list.length - 1, i + k))] as number;
      return sum / (2 * reach + 1);
    });
  }
  return list;
}

const SEPARATION_M = 0.5;

/** Eight visits, timed so that nobody walks through anybody and every behaviour is seen. */
export function makeVisits(seed: number, durationS: number): Visit[] {
  const next = random(seed, 'visits');
  let best = takeOf(next, durationS);
  for (let take = 1; take < 12 && best.worth < SEPARATION_M; take++) {
    const other = takeOf(next, durationS);
    if (other.worth > best.worth) best = other;
  }
  return best.visits;
}

/** One try; its worth is the least distance between two people (metres), minus one for each behaviour that is not seen. */
function takeOf(next: Random, durationS: number): { visits: Visit[]; worth: number } {
  const kinds = shuffled<Kind>(next, ['stroller', 'hurrier', 'lingerer', 'student', 'buyer', 'buyer', 'hurrier', 'student']);
  const starts = [-19, -13, -8, -3.5, 2, 8, 15, 22];
  const visits: Visit[] = [];
  let least = Infinity;
  for (const [i, kind] of kinds.entries()) {
    let best: { visit: Visit; room: number } | undefined;
    for (let attempt = 0; attempt < 40; attempt++) {
      const startS = (starts[i] as number) + between(next, -3, 3);
      const visit = perform(plan(kind, next), startS, next());
      const room = clearance(visit, visits, durationS);
      if (!best || room > best.room) best = { visit, room };
      if (room > SEPARATION_M) break;
    }
    if (best) visits.push(best.visit);
    least = Math.min(least, best?.room ?? 0);
  }
  const seen = new Set<Behaviour>();
  for (let t = 0; t < durationS; t += 0.5) {
    for (const visit of visits) {
      const moment = visit.at(t);
      if (moment) seen.add(moment.behaviour);
    }
  }
  return { visits, worth: least - (5 - seen.size) };
}

/** Least distance to anyone else while the scene runs, metres. */
function clearance(visit: Visit, others: readonly Visit[], durationS: number): number {
  let least = Infinity;
  for (let t = 0; t < durationS; t += 0.2) {
    const a = visit.at(t);
    if (!a) continue;
    for (const other of others) {
      const b = other.at(t);
      if (b) least = Math.min(least, Math.hypot(a.position.x - b.position.x, a.position.y - b.position.y));
    }
  }
  return least;
}
