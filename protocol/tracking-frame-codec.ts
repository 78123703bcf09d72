import { coarserMatte, type Matte, packRuns, unpackRuns } from './matte.js';
import type { Standing, SubjectState, TrackedSubject, TrackingFrame } from './tracking-frame.js';

/**
 * Binary TrackingFrame, little-endian, for socket.io and ws: 8 competitors take about 620 bytes. Layout (docs/positions.md says the same):
 *
 * header (124 bytes): u16 magic 0x4C4C, u8 version 2 (3 with a lens), u8 flags (1 predicted, 2 discontinuity, 4 unit m, 8 pose lost), f64 mediaTimeUs,
 *   u32 frameIndex, u16 width, u16 height, f64×9 groundToImage, f32 confidence, u16 subjects, u16 standings, u16 matteWidth, u16 matteHeight, u32 matteBytes,
 *   f64 lens k1, f64 lens k2 (zero in version 2)
 * subject (56 bytes): u32 trackId, i16 rosterIndex, u8 state (0 visible, 1 predicted, 2 outside), u8 lane, f32×11 box x y w h, foot x y,
 *   ground x y, velocity x y, confidence, uncertaintyM (0: absent)
 * standing (32 bytes): u32 trackId, u16 rank, i16 rosterIndex, f32 distanceM, f32 speedMps, f32 gapM, f32 gapS (NaN: null),
 *   f64 finishedAtUs (NaN: null)
 * matte (matteBytes; 0: absent): run lengths as LEB128, see matte.ts; at most 240 cells wide and 3,000 bytes
 */
export const TRACKING_FRAME_MAGIC = 0x4c4c;
export const TRACKING_FRAME_VERSION = 2;
/** Of frames with a lens: who does not know of it would draw beside the ground, and must be told. */
export const TRACKING_FRAME_VERSION_LENS = 3;
/** The matte's width on the wire, and half of that where it takes more than MATTE_BYTES_MAX. */
const MATTE_WIDTH = 240;
export const MATTE_BYTES_MAX = 3000;
const HEADER = 124;
const SUBJECT = 56;
const STANDING = 32;
const STATES: readonly SubjectState[] = ['visible', 'predicted', 'outside'];

/** @returns a fresh buffer of exactly the message's length. Positions lose precision below about a hundredth of a pixel. */
export function encodeTrackingFrame(frame: TrackingFrame): ArrayBuffer {
  const matte = frame.matte && packMatte(frame.matte);
  const matteAt = HEADER + frame.subjects.length * SUBJECT + frame.standings.length * STANDING;
  const out = new ArrayBuffer(matteAt + (matte?.bytes.length ?? 0));
  const v = new DataView(out);
  const { pose } = frame;
  v.setUint16(0, TRACKING_FRAME_MAGIC, true);
  v.setUint8(2, pose.lens ? TRACKING_FRAME_VERSION_LENS : TRACKING_FRAME_VERSION);
  v.setUint8(3, (frame.predicted ? 1 : 0) | (frame.discontinuity ? 2 : 0) | (pose.unit === 'm' ? 4 : 0) | (pose.state === 'lost' ? 8 : 0));
  v.setFloat64(4, frame.mediaTimeUs, true);
  v.setUint32(12, frame.frameIndex, true);
  v.setUint16(16, frame.width, true);
  v.setUint16(18, frame.height, true);
  for (const [i, value] of pose.groundToImage.entries()) v.setFloat64(20 + i * 8, value, true);
  v.setFloat32(92, pose.confidence, true);
  v.setUint16(96, frame.subjects.length, true);
  v.setUint16(98, frame.standings.length, true);
  if (matte) {
    v.setUint16(100, matte.width, true);
    v.setUint16(102, matte.height, true);
    v.setUint32(104, matte.bytes.length, true);
    new Uint8Array(out, matteAt).set(matte.bytes);
  }
  if (pose.lens) {
    v.setFloat64(108, pose.lens.k1, true);
    v.setFloat64(116, pose.lens.k2, true);
  }
  let at = HEADER;
  for (const s of frame.subjects) {
    writeSubject(v, at, s);
    at += SUBJECT;
  }
  for (const s of frame.standings) {
    writeStanding(v, at, s);
    at += STANDING;
  }
  return out;
}

/** @throws RangeError when the bytes are not a whole TrackingFrame of this version. */
export function decodeTrackingFrame(bytes: ArrayBuffer | Uint8Array): TrackingFrame {
  const v = bytes instanceof Uint8Array ? new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength) : new DataView(bytes);
  if (v.byteLength < HEADER || v.getUint16(0, true) !== TRACKING_FRAME_MAGIC) throw new RangeError('not a TrackingFrame');
  const version = v.getUint8(2);
  if (version !== TRACKING_FRAME_VERSION && version !== TRACKING_FRAME_VERSION_LENS)
    throw new RangeError(`TrackingFrame version ${version}, expected ${TRACKING_FRAME_VERSION} or ${TRACKING_FRAME_VERSION_LENS}`);
  const flags = v.getUint8(3);
  const subjectCount = v.getUint16(96, true);
  const standingCount = v.getUint16(98, true);
  const matteAt = HEADER + subjectCount * SUBJECT + standingCount * STANDING;
  const matteBytes = v.getUint32(104, true);
  if (v.byteLength !== matteAt + matteBytes) throw new RangeError('TrackingFrame is cut short or too long');
  const m = (i: number): number => v.getFloat64(20 + i * 8, true);
  const standingsAt = HEADER + subjectCount * SUBJECT;
  return {
    mediaTimeUs: v.getFloat64(4, true),
    frameIndex: v.getUint32(12, true),
    width: v.getUint16(16, true),
    height: v.getUint16(18, true),
    pose: {
      groundToImage: [m(0), m(1), m(2), m(3), m(4), m(5), m(6), m(7), m(8)],
      unit: flags & 4 ? 'm' : 'px',
      state: flags & 8 ? 'lost' : 'held',
      confidence: v.getFloat32(92, true),
      ...(version === TRACKING_FRAME_VERSION_LENS && { lens: { k1: v.getFloat64(108, true), k2: v.getFloat64(116, true) } }),
    },
    predicted: (flags & 1) !== 0,
    discontinuity: (flags & 2) !== 0,
    subjects: Array.from({ length: subjectCount }, (_, i) => readSubject(v, HEADER + i * SUBJECT)),
    standings: Array.from({ length: standingCount }, (_, i) => readStanding(v, standingsAt + i * STANDING)),
    ...(matteBytes > 0 && { matte: readMatte(v, matteAt, matteBytes) }),
  };
}

/** As small as it has to be; undefined where even half the width is too much. */
function packMatte(matte: Matte): { width: number; height: number; bytes: Uint8Array } | undefined {
  for (const maxWidth of [MATTE_WIDTH, MATTE_WIDTH / 2]) {
    const { width, height, runs } = coarserMatte(matte, maxWidth);
    const bytes = packRuns(runs);
    // Nothing in front is said by one run of ground: an empty matte is not an absent one.
    if (bytes.length <= MATTE_BYTES_MAX) return { width, height, bytes: bytes.length > 0 ? bytes : packRuns([width * height]) };
  }
  return undefined;
}

function readMatte(v: DataView, at: number, length: number): Matte {
  return {
    width: v.getUint16(100, true),
    height: v.getUint16(102, true),
    runs: unpackRuns(new Uint8Array(v.buffer, v.byteOffset + at, length)),
  };
}

function writeSubject(v: DataView, at: number, s: TrackedSubject): void {
  v.setUint32(at, s.trackId, true);
  v.setInt16(at + 4, s.rosterIndex, true);
  v.setUint8(at + 6, STATES.indexOf(s.state));
  v.setUint8(at + 7, s.lane);
  const f = [
    s.box.x,
    s.box.y,
    s.box.width,
    s.box.height,
    s.foot.x,
    s.foot.y,
    s.ground.x,
    s.ground.y,
    s.velocity.x,
    s.velocity.y,
    s.confidence,
  ];
  for (const [i, value] of f.entries()) v.setFloat32(at + 8 + i * 4, value, true);
  v.setFloat32(at + 52, s.uncertaintyM ?? 0, true);
}

function readSubject(v: DataView, at: number): TrackedSubject {
  const f = (i: number): number => v.getFloat32(at + 8 + i * 4, true);
  const state = STATES[v.getUint8(at + 6)];
  const uncertaintyM = f(11);
  if (state === undefined) throw new RangeError(`TrackingFrame: subject state ${v.getUint8(at + 6)} is not known`);
  return {
    trackId: v.getUint32(at, true),
    rosterIndex: v.getInt16(at + 4, true),
    state,
    lane: v.getUint8(at + 7),
    box: { x: f(0), y: f(1), width: f(2), height: f(3) },
    foot: { x: f(4), y: f(5) },
    ground: { x: f(6), y: f(7) },
    velocity: { x: f(8), y: f(9) },
    confidence: f(10),
    ...(uncertaintyM > 0 ? { uncertaintyM } : {}),
  };
}

function writeStanding(v: DataView, at: number, s: Standing): void {
  v.setUint32(at, s.trackId, true);
  v.setUint16(at + 4, s.rank, true);
  v.setInt16(at + 6, s.rosterIndex, true);
  v.setFloat32(at + 8, s.distanceM, true);
  v.setFloat32(at + 12, s.speedMps, true);
  v.setFloat32(at + 16, s.gapM, true);
  v.setFloat32(at + 20, s.gapS ?? Number.NaN, true);
  v.setFloat64(at + 24, s.finishedAtUs ?? Number.NaN, true);
}

function readStanding(v: DataView, at: number): Standing {
  const gapS = v.getFloat32(at + 20, true);
  const finishedAtUs = v.getFloat64(at + 24, true);
  return {
    trackId: v.getUint32(at, true),
    rank: v.getUint16(at + 4, true),
    rosterIndex: v.getInt16(at + 6, true),
    distanceM: v.getFloat32(at + 8, true),
    speedMps: v.getFloat32(at + 12, true),
    gapM: v.getFloat32(at + 16, true),
    gapS: Number.isNaN(gapS) ? null : gapS,
    finishedAtUs: Number.isNaN(finishedAtUs) ? null : finishedAtUs,
  };
}
