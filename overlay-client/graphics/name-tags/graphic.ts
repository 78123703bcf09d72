import type { Box, MediaTimeUs, Point, Size, TrackedSubject, TrackingFrame } from '../../../protocol/index.js';
import type { Graphic, GraphicEnvironment, Moment } from '../graphic.js';
import { clamp, easeOut } from '../motion.js';
import type { Part } from '../part.js';
import { displayKey, whoIs } from '../roster.js';
import { TagLayout, type TagPlace, type TagRequest } from './layout.js';
import type { NameTagsData } from './manifest.js';
import type { Side } from './slots.js';
import { Tag, type TagContent } from './tag.js';

/** More cards than this hide the picture they explain. */
const TAGS_MAX = 32;
const APPEAR_US = 220_000;
const SPEED_HOLD_US = 500_000;
/** A subject must be out of, or back in, the picture this long before its card turns into an arrow, or back. */
const SIDE_HOLD_US = 250_000;

interface Known {
  tag: Tag;
  content: TagContent;
  head: Point;
  side: Side;
  sideSeen: Side;
  sideSinceUs: MediaTimeUs;
  speed: string;
  speedAtUs: MediaTimeUs;
}

export class NameTags implements Graphic<NameTagsData> {
  readonly #env: GraphicEnvironment;
  readonly #layout: TagLayout;
  readonly #known = new Map<string, Known>();
  #places: readonly TagPlace[] = [];

  constructor(env: GraphicEnvironment) {
    this.#env = env;
    this.#layout = new TagLayout(env.theme.safe, env.theme.unit);
  }

  advance({ frame, data, keepOut, elapsedUs }: Moment<NameTagsData>): void {
    const ranks = new Map(this.#env.race.ranked.map((place) => [place.key, place]));
    const requests: TagRequest[] = [];
    const seen = new Set<string>();
    for (const subject of chosen(frame, data, ranks, this.#env.scene.roster.length > 0)) {
      const key = displayKey(subject);
      if (seen.has(key)) continue;
      seen.add(key);
      const known = this.#know(key, subject, frame);
      const place = ranks.get(key);
      const who = whoIs(this.#env.scene, subject.rosterIndex, subject.trackId);
      const speedMps = place?.standing.speedMps ?? Math.hypot(subject.velocity.x, subject.velocity.y);
      if (data.speed && frame.pose.unit === 'm' && frame.mediaTimeUs - known.speedAtUs >= SPEED_HOLD_US) {
        known.speed = `${(Math.abs(speedMps) * 3.6).toFixed(1)} km/h`;
        known.speedAtUs = frame.mediaTimeUs;
      }
      known.content = {
        ...{ who, rank: place?.rank, side: known.side },
        ...{ team: data.team ? who.team : '', speed: data.speed ? known.speed : '' },
      };
      known.head = { x: subject.box.x + subject.box.width / 2, y: subject.box.y };
      const anchor = known.side === 'inside' ? headInside(known.head, frame) : leavingPoint(subject.foot, known.side, this.#env.theme.safe);
      requests.push({ key, anchor, body: subject.box, side: known.side, ...known.tag.size(known.content) });
    }
    for (const [key, known] of this.#known) {
      if (seen.has(key)) continue;
      known.tag.destroy();
      this.#known.delete(key);
    }
    this.#places = this.#layout.advance(requests, keepOut, frame.mediaTimeUs, elapsedUs);
  }

  #know(key: string, subject: TrackedSubject, frame: TrackingFrame): Known {
    const side = sideOf(subject, frame);
    const known = this.#known.get(key);
    if (!known) {
      const fresh: Known = {
        ...{ tag: new Tag(this.#env, key), head: subject.foot, side, sideSeen: side, sideSinceUs: frame.mediaTimeUs },
        ...{ speed: '', speedAtUs: Number.NEGATIVE_INFINITY },
        content: { who: whoIs(this.#env.scene, subject.rosterIndex, subject.trackId), rank: undefined, team: '', speed: '', side },
      };
      this.#known.set(key, fresh);
      return fresh;
    }
    if (side !== known.sideSeen) {
      known.sideSeen = side;
      known.sideSinceUs = frame.mediaTimeUs;
    }
    if (side !== known.side && frame.mediaTimeUs - known.sideSinceUs >= SIDE_HOLD_US) known.side = side;
    return known;
  }

  draw({ frame, presence, cards: others }: Moment<NameTagsData>): readonly Part[] {
    if (presence <= 0) return [];
    const stems: Part[] = [];
    const cards: Part[] = [];
    for (const place of this.#places) {
      const known = this.#known.get(place.key);
      if (!known) continue;
      const opacity = presence * easeOut(clamp((frame.mediaTimeUs - place.sinceUs) / APPEAR_US, 0, 1));
      if (opacity <= 0) continue;
      // Nothing points at who is behind another graphic's card.
      const hidden = others.some(({ x, y, width, height }) => {
        return known.head.x > x && known.head.x < x + width && known.head.y > y && known.head.y < y + height;
      });
      if (known.side === 'inside' && !hidden) stems.push(...known.tag.drawStem(place.box, known.head, known.content.who.colour, opacity));
      cards.push(known.tag.drawCard(known.content, place.box, opacity));
    }
    return [...stems, ...cards];
  }

  keepOut(): readonly Box[] {
    return this.#places.map((place) => place.box);
  }

  destroy(): void {
    for (const known of this.#known.values()) known.tag.destroy();
    this.#known.clear();
  }
}

/** Subjects that get a card, those with a rank first, in its order. */
function chosen(
  frame: TrackingFrame,
  data: NameTagsData,
  ranks: ReadonlyMap<string, { rank: number }>,
  hasRoster: boolean,
): TrackedSubject[] {
  const rankOf = (subject: TrackedSubject): number => ranks.get(displayKey(subject))?.rank ?? Number.POSITIVE_INFINITY;
  // A track's number beside ranks would be read as one.
  const namedOnly = data.show === 'named' || (data.show === 'auto' && hasRoster);
  const wanted = frame.subjects.filter((subject) => {
    if (namedOnly) return subject.rosterIndex >= 0;
    return data.show !== 'top' || rankOf(subject) <= data.top;
  });
  const compare = (a: TrackedSubject, b: TrackedSubject): number => {
    const difference = rankOf(a) - rankOf(b);
    return Number.isNaN(difference) || difference === 0 ? a.trackId - b.trackId : difference;
  };
  return wanted.sort(compare).slice(0, TAGS_MAX);
}

/** By which edge a subject has left the picture. */
function sideOf(subject: TrackedSubject, { width, height }: Size): Side {
  const x = subject.box.x + subject.box.width / 2;
  const y = subject.box.y + subject.box.height / 2;
  const inside = x >= 0 && x <= width && y >= 0 && y <= height;
  if (inside && subject.state !== 'outside') return 'inside';
  const beyond: [Side, number][] = [
    ['left', -x],
    ['right', x - width],
    ['top', -y],
    ['bottom', y - height],
  ];
  return beyond.sort((a, b) => b[1] - a[1])[0]![0];
}

function headInside(head: Point, { width, height }: Size): Point {
  return { x: clamp(head.x, 0, width), y: clamp(head.y, 0, height) };
}

/** The point of the safe area's edge nearest to where a subject is outside the picture. */
function leavingPoint(foot: Point, side: Side, safe: Box): Point {
  const x = side === 'left' ? safe.x : side === 'right' ? safe.x + safe.width : clamp(foot.x, safe.x, safe.x + safe.width);
  const y = side === 'top' ? safe.y : side === 'bottom' ? safe.y + safe.height : clamp(foot.y, safe.y, safe.y + safe.height);
  return { x, y };
}
