import {
  apply,
  type Box,
  iou,
  type LumaPicture,
  type Mat3,
  type MediaTimeUs,
  multiply,
  type Size,
  scaling,
  US_PER_SECOND,
} from '../../protocol/index.js';
import type { Track } from '../detection.js';
import { extentAt } from './extent.js';
import { Follower } from './follower.js';

/** What an operator clicked on. */
export interface FollowClick {
  /** Continuous source pixels of the frame shown at `mediaTimeUs`. */
  readonly x: number;
  readonly y: number;
  readonly mediaTimeUs: MediaTimeUs;
}

/** What the camera did in one frame, as far as following needs it. */
export interface FollowMotion {
  readonly previousToCurrent: Mat3;
  readonly state: 'held' | 'lost';
  readonly cut: boolean;
}

/** Identities of clicked targets live above those of the tracker and below those in lanes. */
export const FOLLOW_ID_BASE = 0x2000_0000;
/** Not seen for this long, a target is looked for but no longer reported. */
const REPORTED_US = 1.5 * US_PER_SECOND;
/** Boxes that agree by this much show the same thing. */
const SAME_IOU = 0.3;

/** @throws Error with one line for a click that is not on the picture. */
export function refuseOffPicture({ x, y }: FollowClick, source: Size): void {
  if (x >= 0 && y >= 0 && x < source.width && y < source.height) return;
  throw new Error(`${x},${y} is not on the picture of ${source.width}×${source.height} pixels`);
}

/** The one target an operator clicked on, beside everything a detector finds. */
export class ClickedTarget {
  readonly #source: Size;
  #click: FollowClick | undefined;
  #follower: Follower | undefined;
  #id = FOLLOW_ID_BASE - 1;
  #track: Track | undefined;
  /** Whether it was reported in the last frame. */
  #shown = false;
  #atUs: MediaTimeUs = 0;
  /** Tracks that showed what is followed when they were last seen. */
  readonly #same = new Set<number>();

  constructor(source: Size) {
    this.#source = source;
  }

  /** Another target from its media time on, or null: nobody. @throws Error with one line when the click is off the picture. */
  follow(click: FollowClick | null): void {
    if (click) refuseOffPicture(click, this.#source);
    this.#click = click ?? undefined;
    this.#follower = undefined;
    this.#track = undefined;
    this.#shown = false;
  }

  /** @returns the target as a track, or undefined while there is none or it is away. */
  step(luma: LumaPicture, motion: FollowMotion, mediaTimeUs: MediaTimeUs): Track | undefined {
    const toPicture = scaling(luma.width / this.#source.width, luma.height / this.#source.height);
    const click = this.#click;
    if (click && mediaTimeUs >= click.mediaTimeUs) {
      this.#click = undefined;
      const at = apply(toPicture, click);
      const box = extentAt(luma, at);
      if (!box) return undefined;
      this.#follower = new Follower(luma, box);
      this.#id++;
      return this.#report(this.#follower, luma, mediaTimeUs, true);
    }
    const follower = this.#follower;
    if (!follower) return undefined;
    const back = scaling(this.#source.width / luma.width, this.#source.height / luma.height);
    const moved = motion.cut || motion.state === 'lost' ? null : multiply(multiply(toPicture, motion.previousToCurrent), back);
    const seen = follower.step(luma, moved, Math.max(0, mediaTimeUs - this.#atUs) / US_PER_SECOND);
    return this.#report(follower, luma, mediaTimeUs, seen);
  }

  /** The tracks of others: without those that are, or were when last seen, what is followed. */
  others(tracks: readonly Track[]): Track[] {
    const followed = this.#shown ? this.#track : undefined;
    if (!followed) this.#same.clear();
    return tracks.filter((track) => {
      if (followed && sameThing(track.box, followed.box)) this.#same.add(track.trackId);
      else if (track.state === 'confirmed') this.#same.delete(track.trackId);
      return !this.#same.has(track.trackId);
    });
  }

  #report(follower: Follower, luma: LumaPicture, mediaTimeUs: MediaTimeUs, seen: boolean): Track | undefined {
    const sx = this.#source.width / luma.width;
    const sy = this.#source.height / luma.height;
    const { x, y, width, height } = follower.box;
    const lastSeenUs = seen ? mediaTimeUs : (this.#track?.lastSeenUs ?? mediaTimeUs);
    const fps = this.#track && mediaTimeUs > this.#atUs ? US_PER_SECOND / (mediaTimeUs - this.#atUs) : 0;
    this.#atUs = mediaTimeUs;
    this.#track = {
      trackId: this.#id,
      state: seen ? 'confirmed' : 'lost',
      box: { x: x * sx, y: y * sy, width: width * sx, height: height * sy },
      velocity: { x: follower.velocity.x * sx * fps, y: follower.velocity.y * sy * fps },
      score: follower.confidence,
      lastSeenUs,
    };
    this.#shown = mediaTimeUs - lastSeenUs <= REPORTED_US;
    return this.#shown ? this.#track : undefined;
  }
}

/** True for boxes that show the same thing: the one that is followed by click is not reported twice. */
export function sameThing(a: Box, b: Box): boolean {
  return iou(a, b) > SAME_IOU;
}
