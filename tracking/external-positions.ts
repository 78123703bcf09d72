import {
  apply,
  type ExternalPositions,
  type MediaTimeUs,
  type Point,
  type RosterEntry,
  type TrackedSubject,
  type UprightCamera,
  US_PER_SECOND,
} from '../protocol/index.js';
import type { Detection } from './detection.js';
import { uprightBox } from './pose/upright.js';

/** A position is carried forward this long by its last known speed, then its subject is gone. */
const KEPT_US = 2 * US_PER_SECOND;
/** Older than this it counts as predicted, not seen. */
const FRESH_US = 0.3 * US_PER_SECOND;
/** Subjects kept at most; the ones heard of longest ago go first. */
const CAPACITY = 500;

/** Identities from outside live above those of the camera's tracks. */
export const EXTERNAL_ID_BASE = 0x8000_0000;

interface Sender {
  groundM: Point;
  velocityMps: Point;
  atUs: MediaTimeUs;
  rosterIndex: number;
  /** As it last said. */
  bib: string | undefined;
}

/** Positions pushed by remote trackers (GPS, UWB, transponders, someone else's detector), made into subjects of each frame. */
export class ExternalSubjects {
  #rosterOf: ReadonlyMap<string, number> = new Map();
  readonly #senders = new Map<number, Sender>();

  constructor(roster: readonly RosterEntry[]) {
    this.name(roster);
  }

  /** Another start list: senders are known by the bibs of their next positions. */
  name(roster: readonly RosterEntry[]): void {
    this.#rosterOf = new Map(roster.flatMap((entry, i) => (entry.bib === undefined ? [] : [[entry.bib, i] as const])));
    for (const sender of this.#senders.values())
      sender.rosterIndex = (sender.bib === undefined ? undefined : this.#rosterOf.get(sender.bib)) ?? -1;
  }

  /** @param nowUs media time that positions without their own belong to. */
  push(message: ExternalPositions, nowUs: MediaTimeUs): void {
    const atUs = message.mediaTimeUs ?? nowUs;
    for (const { id, groundM, bib } of message.positions) {
      const [x, y] = groundM;
      const before = this.#senders.get(id);
      if (before && atUs < before.atUs) continue;
      const dtS = before ? (atUs - before.atUs) / US_PER_SECOND : 0;
      const velocityMps =
        before && dtS > 0.01 && dtS < 2
          ? { x: (x - before.groundM.x) / dtS, y: (y - before.groundM.y) / dtS }
          : (before?.velocityMps ?? { x: 0, y: 0 });
      const rosterIndex = (bib === undefined ? undefined : this.#rosterOf.get(bib)) ?? before?.rosterIndex ?? -1;
      this.#senders.delete(id);
      this.#senders.set(id, { groundM: { x, y }, velocityMps, atUs, rosterIndex, bib: bib ?? before?.bib });
    }
    for (const id of this.#senders.keys()) {
      if (this.#senders.size <= CAPACITY) break;
      this.#senders.delete(id);
    }
  }

  /** Subjects at a frame; boxes from perspective. */
  at(mediaTimeUs: MediaTimeUs, camera: UprightCamera, heightM: number): TrackedSubject[] {
    const subjects: TrackedSubject[] = [];
    for (const [id, sender] of this.#senders) {
      const ageUs = mediaTimeUs - sender.atUs;
      if (ageUs > KEPT_US) {
        this.#senders.delete(id);
        continue;
      }
      const ageS = ageUs / US_PER_SECOND;
      const ground = { x: sender.groundM.x + sender.velocityMps.x * ageS, y: sender.groundM.y + sender.velocityMps.y * ageS };
      const h = camera.groundToImage;
      if (h[6] * ground.x + h[7] * ground.y + h[8] <= 0) continue;
      subjects.push({
        trackId: EXTERNAL_ID_BASE + id,
        rosterIndex: sender.rosterIndex,
        state: ageUs > FRESH_US ? 'predicted' : 'visible',
        box: uprightBox(camera, ground, heightM),
        foot: apply(h, ground),
        ground,
        velocity: sender.velocityMps,
        confidence: Math.max(0, 1 - Math.max(0, ageUs) / KEPT_US),
        lane: 0,
      });
    }
    return subjects;
  }
}

/** A detection as it comes over ws. */
export function fromOutside({
  box: [x, y, width, height],
  score,
}: {
  box: readonly [number, number, number, number];
  score: number;
}): Detection {
  return { box: { x, y, width, height }, score };
}
