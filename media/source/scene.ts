import * as C from 'node-av/constants';
import { type Frame, SoftwareScaleContext } from 'node-av/lib';
import { frameTimeUs, type SyntheticScene } from '../../protocol/index.js';
import { check, newFrame } from '../ffmpeg/native.js';
import { pictureFormatByName } from '../ffmpeg/picture-format.js';
import type { SourceInfo } from '../frame.js';
import type { MediaClock } from './clock.js';
import type { TimedPicture } from './picture.js';

export function sceneInfo(label: string, scene: SyntheticScene, live: boolean): SourceInfo {
  return {
    label,
    size: { width: scene.size.width & ~1, height: scene.size.height & ~1 },
    fps: scene.fps,
    format: pictureFormatByName('yuv420p')!,
    colour: {
      matrix: 'bt709',
      range: 'limited',
      tags: { space: C.AVCOL_SPC_BT709, primaries: C.AVCOL_PRI_BT709, transfer: C.AVCOL_TRC_BT709, range: C.AVCOL_RANGE_MPEG },
    },
    sampleAspectRatio: { num: 1, den: 1 },
    ticksPerSecond: scene.fps.num * Math.ceil(90_000 / scene.fps.num),
    live,
    durationUs: scene.durationUs,
    audio: null,
  };
}

/** Drawn RGBA → yuv420p, BT.709, limited range, read straight from the scene's own bytes. */
class SceneConverter {
  private readonly scaler = new SoftwareScaleContext();
  private readonly rgba: Frame = newFrame();

  constructor(private readonly scene: SyntheticScene) {
    const { width, height } = scene.size;
    this.rgba.format = C.AV_PIX_FMT_RGBA;
    this.rgba.width = width & ~1;
    this.rgba.height = height & ~1;
    this.rgba.colorSpace = C.AVCOL_SPC_RGB;
    this.rgba.colorRange = C.AVCOL_RANGE_JPEG;
    check(this.rgba.getBuffer(0), 'scene picture');
    // Not initialised on purpose: so it takes matrix and range from the frames.
    this.scaler.allocContext();
    check(this.scaler.setOption('sws_flags', Number(C.SWS_BILINEAR) | Number(C.SWS_ACCURATE_RND)), 'scene converter');
  }

  async draw(index: number, info: SourceInfo): Promise<Frame> {
    const bytes = this.scene.render(index);
    const rowBytes = this.scene.size.width * 4;
    const plane = this.rgba.data![0]!;
    const stride = this.rgba.linesize[0]!;
    const used = info.size.width * 4;
    if (stride === rowBytes) plane.set(bytes.subarray(0, rowBytes * info.size.height));
    else for (let y = 0; y < info.size.height; y++) plane.set(bytes.subarray(y * rowBytes, y * rowBytes + used), y * stride);
    const frame = newFrame();
    frame.format = info.format.id;
    frame.width = info.size.width;
    frame.height = info.size.height;
    const { tags } = info.colour;
    frame.colorSpace = tags.space;
    frame.colorPrimaries = tags.primaries;
    frame.colorTrc = tags.transfer;
    frame.colorRange = tags.range;
    try {
      check(frame.getBuffer(0), 'scene picture');
      check(await this.scaler.scaleFrame(frame, this.rgba), 'scene converter');
      return frame;
    } catch (error) {
      frame.free();
      throw error;
    }
  }

  close(): void {
    this.scaler.freeContext();
    this.rgba.free();
  }
}

/** A drawn scene, once or endlessly. */
export async function* scenePictures(
  scene: SyntheticScene,
  info: SourceInfo,
  clock: MediaClock,
  loop: boolean,
): AsyncGenerator<TimedPicture, void, undefined> {
  const converter = new SceneConverter(scene);
  const count = Math.max(1, Math.round((scene.durationUs * scene.fps.num) / (scene.fps.den * 1_000_000)));
  const durationUs = frameTimeUs(1, scene.fps);
  try {
    do {
      for (let index = 0; index < count; index++) {
        const native = await converter.draw(index, info);
        yield { native, ...clock.stamp(frameTimeUs(index, scene.fps), durationUs), durationUs, slate: false };
      }
      clock.cut('loop');
    } while (loop);
  } finally {
    converter.close();
  }
}
