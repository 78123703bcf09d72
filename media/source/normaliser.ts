import * as C from 'node-av/constants';
import type { Frame } from 'node-av/lib';
import type { Rational, Size } from '../../protocol/index.js';
import { Graph } from '../ffmpeg/graph.js';
import { nearestPictureFormat, type PictureFormat, pictureFormat } from '../ffmpeg/picture-format.js';
import type { Colour } from '../frame.js';

/** What every picture of a channel is brought to: decided by its first one. */
export interface PictureTarget {
  readonly size: Size;
  readonly format: PictureFormat;
  readonly colour: Colour;
  readonly sampleAspectRatio: Rational;
}

/** Quarter turns and mirrorings that set a picture upright, as FFmpeg filters. */
type Upright = readonly string[];

/** @param streamAspect the container's pixel shape, used where the picture has none. */
export function targetFor(frame: Frame, streamAspect: Rational, wanted?: PictureFormat): PictureTarget {
  const turned = uprightFilters(frame).some((f) => f.startsWith('transpose'));
  const width = frame.width & ~1;
  const height = frame.height & ~1;
  const aspect = [frame.sampleAspectRatio, streamAspect].find((a) => a.num > 0 && a.den > 0) ?? { num: 1, den: 1 };
  const own = pictureFormat(frame.format as C.AVPixelFormat);
  const format = wanted ?? own ?? nearestPictureFormat(frame.format as C.AVPixelFormat);
  return {
    size: turned ? { width: height, height: width } : { width, height },
    format,
    colour: own ? colourOf(frame, own) : CONVERTED,
    sampleAspectRatio: turned ? { num: aspect.den, den: aspect.num } : { num: aspect.num, den: aspect.den },
  };
}

/** Colour of pictures that were RGB or grey. */
const CONVERTED: Colour = {
  matrix: 'bt709',
  range: 'limited',
  tags: { space: C.AVCOL_SPC_BT709, primaries: C.AVCOL_PRI_BT709, transfer: C.AVCOL_TRC_BT709, range: C.AVCOL_RANGE_MPEG },
};

function colourOf(frame: Frame, format: PictureFormat): Colour {
  const { colorSpace: space, colorPrimaries: primaries, colorTrc: transfer, colorRange: range } = frame;
  const full = format.alwaysFull || range === C.AVCOL_RANGE_JPEG;
  const byTag = MATRICES.get(space);
  const matrix = byTag ?? (Math.min(frame.width, frame.height) >= 720 ? 'bt709' : 'bt601');
  return { matrix, range: full ? 'full' : 'limited', tags: { space, primaries, transfer, range: full ? C.AVCOL_RANGE_JPEG : range } };
}

const MATRICES = new Map<number, Colour['matrix']>([
  [C.AVCOL_SPC_BT709, 'bt709'],
  [C.AVCOL_SPC_SMPTE170M, 'bt601'],
  [C.AVCOL_SPC_BT470BG, 'bt601'],
  [C.AVCOL_SPC_FCC, 'bt601'],
  [C.AVCOL_SPC_BT2020_NCL, 'bt2020'],
  [C.AVCOL_SPC_BT2020_CL, 'bt2020'],
]);

/** From the picture's display matrix, by the rule of FFmpeg's own autorotate. */
function uprightFilters(frame: Frame): Upright {
  const side = frame.getSideData(C.AV_FRAME_DATA_DISPLAYMATRIX);
  if (!side || side.length < 36) return [];
  const m = (i: number): number => side.readInt32LE(i * 4);
  const turn = (Math.atan2(m(1), m(0)) * 180) / Math.PI;
  const theta = turn - 360 * Math.floor(turn / 360 + 0.9 / 360);
  if (Math.abs(theta - 90) < 1) return [m(3) > 0 ? 'transpose=cclock_flip' : 'transpose=clock'];
  if (Math.abs(theta - 180) < 1) return [...(m(0) < 0 ? ['hflip'] : []), ...(m(4) < 0 ? ['vflip'] : [])];
  if (Math.abs(theta - 270) < 1) return [m(3) < 0 ? 'transpose=clock_flip' : 'transpose=cclock'];
  return m(4) < 0 ? ['vflip'] : [];
}

/** FFmpeg's names. */
export const MATRIX_NAMES: Readonly<Record<Colour['matrix'], string>> = { bt601: 'smpte170m', bt709: 'bt709', bt2020: 'bt2020' };

/**
 * Brings every picture to the channel's size, format and colour: upright, progressive, even. Pictures that are so already pass untouched
 * and uncopied. One picture out for each picture in, in order; `tag` travels with it.
 */
export class Normaliser<T> {
  private graph: Graph | null = null;
  private graphFor = '';
  private interlaced = false;
  private readonly tags: T[] = [];

  constructor(private readonly target: PictureTarget) {}

  /** Takes the frame over. @returns pictures now ready, the caller's to free (deinterlacing runs one behind). */
  async push(frame: Frame, tag: T): Promise<[Frame, T][]> {
    this.interlaced ||= frame.hasFlags(C.AV_FRAME_FLAG_INTERLACED);
    const filters = this.filtersFor(frame);
    const key = `${frame.width}x${frame.height} ${frame.format} ${frame.colorSpace} ${frame.colorRange} ${filters}`;
    const ready: [Frame, T][] = [];
    if (key !== this.graphFor) {
      ready.push(...(await this.flush()));
      if (filters) this.graph = await Graph.video(frame, filters);
      this.graphFor = key;
    }
    if (!this.graph) {
      ready.push([this.trim(frame), tag]);
      return ready;
    }
    this.tags.push(tag);
    try {
      await this.graph.push(frame);
    } finally {
      frame.free();
    }
    ready.push(...(await this.drain()));
    return ready;
  }

  /** The pictures still held back. The next push starts afresh. */
  async flush(): Promise<[Frame, T][]> {
    if (!this.graph) return [];
    await this.graph.push(null);
    const ready = await this.drain();
    this.close();
    return ready;
  }

  close(): void {
    this.graph?.close();
    this.graph = null;
    this.graphFor = '';
    this.tags.length = 0;
  }

  private async drain(): Promise<[Frame, T][]> {
    const ready: [Frame, T][] = [];
    for (let frame = await this.graph!.pull(); frame; frame = await this.graph!.pull()) {
      const tag = this.tags.shift();
      if (tag === undefined) frame.free();
      else ready.push([this.trim(frame), tag]);
    }
    return ready;
  }

  /** Drops an odd last column and row, which 4:2:0 cannot have. No pixel moves. */
  private trim(frame: Frame): Frame {
    if (frame.width !== this.target.size.width) frame.width = this.target.size.width;
    if (frame.height !== this.target.size.height) frame.height = this.target.size.height;
    frame.removeSideData(C.AV_FRAME_DATA_DISPLAYMATRIX);
    return frame;
  }

  private filtersFor(frame: Frame): string {
    const { size, format, colour } = this.target;
    const upright = uprightFilters(frame);
    const turned = upright.some((f) => f.startsWith('transpose'));
    const width = (turned ? frame.height : frame.width) & ~1;
    const height = (turned ? frame.width : frame.height) & ~1;
    const chain: string[] = this.interlaced ? ['bwdif=mode=send_frame:parity=auto:deint=interlaced'] : [];
    chain.push(...upright);
    const own = pictureFormat(frame.format as C.AVPixelFormat);
    const now = own ? colourOf(frame, own) : null;
    const sameFormat = own?.id === format.id && now?.range === colour.range && (now.matrix === colour.matrix || sameSize(frame, size));
    if (width === size.width && height === size.height && sameFormat) {
      return chain.join(',');
    }
    const convert = `out_color_matrix=${MATRIX_NAMES[colour.matrix]}:out_range=${colour.range}:flags=bicubic+accurate_rnd+full_chroma_int`;
    if (width === size.width && height === size.height) chain.push(`crop=${width}:${height}:0:0`, `scale=${width}:${height}:${convert}`);
    else {
      chain.push(`scale=${size.width}:${size.height}:force_original_aspect_ratio=decrease:force_divisible_by=2:reset_sar=1:${convert}`);
      chain.push(`format=${format.name}`, `pad=${size.width}:${size.height}:-1:-1`);
    }
    chain.push(`format=${format.name}`);
    return chain.join(',');
  }
}

/** An untagged picture of the channel's own size keeps the channel's matrix. */
function sameSize(frame: Frame, size: Size): boolean {
  return frame.colorSpace === C.AVCOL_SPC_UNSPECIFIED && (frame.width & ~1) === size.width && (frame.height & ~1) === size.height;
}
