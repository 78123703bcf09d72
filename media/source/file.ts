import { MediaError } from '../ffmpeg/native.js';
import type { AudioPacket } from '../frame.js';
import type { MediaClock, Stamp } from './clock.js';
import { Input, type InputItem } from './input.js';
import type { DecodedLocation } from './location.js';
import { Normaliser, type PictureTarget } from './normaliser.js';
import type { AudioReceiver, TimedPicture } from './picture.js';

/** An opened input with its first picture already decoded, which tells what the channel will be. */
export interface Started {
  readonly input: Input;
  readonly items: AsyncGenerator<InputItem, void, undefined>;
  /** The first picture and what came with it; to be played before the rest. */
  readonly head: InputItem[];
}

/** @throws MediaError when the input ends without a single picture. */
export async function start(input: Input, label: string): Promise<Started> {
  const items = input.items();
  const head: InputItem[] = [];
  try {
    for (;;) {
      const { value, done } = await items.next();
      if (done) throw new MediaError(`${label}: not one picture could be decoded; the file is empty or damaged`);
      head.push(value);
      if (value.kind === 'picture') return { input, items, head };
    }
  } catch (error) {
    for (const item of head) free(item);
    await input.close();
    throw error;
  }
}

export function free(item: InputItem): void {
  if (item.kind === 'picture') item.frame.free();
  else item.packet.free();
}

/** Frees an input that will not be played. */
export async function discard(started: Started): Promise<void> {
  for (const item of started.head.splice(0)) free(item);
  await started.items.return();
  await started.input.close();
}

/** Head, then the rest; leaves nothing behind when stopped early. */
export async function* played(started: Started): AsyncGenerator<InputItem, void, undefined> {
  try {
    while (started.head.length > 0) yield started.head.shift()!;
    yield* started.items;
  } finally {
    await discard(started);
  }
}

/** An audio packet on the channel's clock. */
function audioPacket(item: InputItem & { kind: 'audio' }, mediaTimeUs: number): AudioPacket {
  return { mediaTimeUs, durationUs: item.durationUs, packet: item.packet, close: () => item.packet.free() };
}

/** One pass of an opened input: its items on the clock, its pictures normalised. Audio goes aside. */
export async function* pictures(
  started: Started,
  clock: MediaClock,
  target: PictureTarget,
  onAudio: AudioReceiver | undefined,
): AsyncGenerator<TimedPicture, void, undefined> {
  const normaliser = new Normaliser<Stamp & { durationUs: number }>(target);
  const timed = ([native, tag]: [TimedPicture['native'], Stamp & { durationUs: number }]): TimedPicture => ({
    ...tag,
    native,
    slate: false,
  });
  try {
    for await (const item of played(started)) {
      if (item.kind === 'picture') {
        const tag = { ...clock.stamp(item.inputUs, item.durationUs), durationUs: clock.lastStepUs };
        for (const ready of await normaliser.push(item.frame, tag)) yield timed(ready);
      } else {
        const mediaTimeUs = onAudio ? clock.stampAudio(item.inputUs, item.durationUs) : null;
        if (mediaTimeUs === null) item.packet.free();
        else await onAudio?.(audioPacket(item, mediaTimeUs));
      }
    }
    for (const ready of await normaliser.flush()) yield timed(ready);
  } finally {
    normaliser.close();
  }
}

/** A file from its first picture to its last, again and again when looping. */
export async function* filePictures(
  first: Started,
  location: DecodedLocation,
  o: {
    clock: MediaClock;
    target: PictureTarget;
    loop: boolean;
    onAudio: AudioReceiver | undefined;
    onInput: (input: Input) => void;
  },
): AsyncGenerator<TimedPicture, void, undefined> {
  for (let started = first; ; ) {
    yield* pictures(started, o.clock, o.target, o.onAudio);
    if (!o.loop) return;
    o.clock.cut('loop');
    started = await start(await Input.open(location, false, o.onInput), location.label);
  }
}
