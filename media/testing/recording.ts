import * as C from 'node-av/constants';
import type { Frame } from 'node-av/lib';
import {
  type ChannelScene,
  frameTimeUs,
  type GraphicState,
  type LensTerms,
  type Mat3,
  type TrackedSubject,
  type TrackingFrame,
} from '../../protocol/index.js';
import { check, newFrame } from '../ffmpeg/native.js';
import type { SourceInfo } from '../frame.js';
import { ReplayRecorder } from '../replay/recorder.js';
import { pictureInfo } from './pictures.js';

/** A small recording made on the spot: drawn pictures with exact positions. */
export interface DrawnRecording {
  readonly width: number;
  readonly height: number;
  readonly frames: number;
  /** Fills the three planes of frame `index`; 4:2:0, rows tightly packed. */
  readonly paint: (planes: readonly [Uint8Array, Uint8Array, Uint8Array], index: number) => void;
  readonly pose?: (index: number) => Mat3;
  readonly lens?: LensTerms;
  readonly subjects?: (index: number) => readonly TrackedSubject[];
  readonly graphics?: (index: number) => readonly GraphicState[];
  readonly limits?: { seconds: number; bytes: number };
  /** Waits for the disk after each frame, so that none is dropped. */
  readonly unhurried?: boolean;
}

const FPS = { num: 25, den: 1 };

/** @returns the recorder, closed: what is on disk is all. */
export async function drawRecording(directory: string, o: DrawnRecording): Promise<ReplayRecorder> {
  const { width, height } = o;
  const info: SourceInfo = {
    ...pictureInfo(width, height, 'yuv420p'),
    ...{ label: 'drawn', fps: FPS, ticksPerSecond: 90_000, live: true, durationUs: null, audio: null },
  };
  const recorder = await ReplayRecorder.open(info, sceneOf(width, height), directory, o.limits ?? { seconds: 120, bytes: 1e9 });
  const none: readonly GraphicState[] = [];
  for (let index = 0; index < o.frames; index++) {
    const native = draw(o, index);
    const mediaTimeUs = frameTimeUs(index, FPS);
    const frame = { native, mediaTimeUs, durationUs: 40_000, discontinuity: index === 0 ? ('start' as const) : null };
    recorder.record(frame, trackingOf(o, index), o.graphics?.(index) ?? none);
    native.free();
    if (o.unhurried !== false) await recorder.settled();
  }
  await recorder.close();
  return recorder;
}

export function trackingOf(o: Pick<DrawnRecording, 'width' | 'height' | 'pose' | 'lens' | 'subjects'>, index: number): TrackingFrame {
  return {
    mediaTimeUs: frameTimeUs(index, FPS),
    frameIndex: index,
    width: o.width,
    height: o.height,
    pose: {
      groundToImage: o.pose?.(index) ?? [1, 0, 0, 0, 1, 0, 0, 0, 1],
      unit: 'm',
      state: 'held',
      confidence: 1,
      ...(o.lens && { lens: o.lens }),
    },
    predicted: false,
    discontinuity: index === 0,
    subjects: [...(o.subjects?.(index) ?? [])],
    standings: [],
  };
}

function sceneOf(width: number, height: number): ChannelScene {
  const roster = [{ name: 'Ana Kovač' }, { name: 'Jo Lind' }];
  return { channel: 'drawn', title: 'Drawn', width, height, fps: FPS, roster, course: null, floor: null, look: { mode: 'dark' } };
}

function draw(o: DrawnRecording, index: number): Frame {
  const { width, height } = o;
  const frame = newFrame();
  frame.format = C.AV_PIX_FMT_YUV420P;
  frame.width = width;
  frame.height = height;
  check(frame.getBuffer(0), 'drawn picture');
  const planes = [width * height, (width * height) / 4, (width * height) / 4].map((size) => new Uint8Array(size).fill(128));
  const [y, u, v] = [planes[0]!, planes[1]!, planes[2]!];
  o.paint([y, u, v], index);
  for (const [i, plane] of planes.entries()) {
    const columns = i === 0 ? width : width / 2;
    const rows = i === 0 ? height : height / 2;
    const target = frame.data![i]!;
    for (let row = 0; row < rows; row++) target.set(plane.subarray(row * columns, (row + 1) * columns), row * frame.linesize[i]!);
  }
  return frame;
}
