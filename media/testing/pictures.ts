import * as C from 'node-av/constants';
import type { Frame } from 'node-av/lib';
import { Graph } from '../ffmpeg/graph.js';
import { check, newFrame } from '../ffmpeg/native.js';
import { pictureFormatByName } from '../ffmpeg/picture-format.js';
import type { Colour, SourceInfo } from '../frame.js';
import { MATRIX_NAMES } from '../source/normaliser.js';

/** The parts of a SourceInfo that a picture depends on. */
export type PictureInfo = Pick<SourceInfo, 'size' | 'format' | 'colour' | 'sampleAspectRatio'>;

const SPACES = { bt601: C.AVCOL_SPC_SMPTE170M, bt709: C.AVCOL_SPC_BT709, bt2020: C.AVCOL_SPC_BT2020_NCL } as const;

export function pictureInfo(
  width: number,
  height: number,
  format: string,
  matrix: Colour['matrix'] = 'bt709',
  range: Colour['range'] = 'limited',
): PictureInfo {
  return {
    size: { width, height },
    format: pictureFormatByName(format)!,
    colour: {
      matrix,
      range,
      tags: {
        space: SPACES[matrix],
        primaries: C.AVCOL_PRI_BT709,
        transfer: C.AVCOL_TRC_BT709,
        range: range === 'full' ? C.AVCOL_RANGE_JPEG : C.AVCOL_RANGE_MPEG,
      },
    },
    sampleAspectRatio: { num: 1, den: 1 },
  };
}

export type Pixel = readonly [number, number, number];

/** A drawn picture brought into a native format by FFmpeg's scaler. The caller's to free. */
export async function nativePicture(info: PictureInfo, colourAt: (x: number, y: number) => Pixel): Promise<Frame> {
  const { width, height } = info.size;
  const rgba = newFrame();
  rgba.format = C.AV_PIX_FMT_RGBA;
  rgba.width = width;
  rgba.height = height;
  rgba.colorSpace = C.AVCOL_SPC_RGB;
  rgba.colorRange = C.AVCOL_RANGE_JPEG;
  check(rgba.getBuffer(0), 'picture');
  const plane = rgba.data![0]!;
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) plane.set([...colourAt(x, y), 255], y * rgba.linesize[0]! + x * 4);
  const { matrix, range } = info.colour;
  const native = await through(
    rgba,
    `scale=out_color_matrix=${MATRIX_NAMES[matrix]}:out_range=${range}:flags=area+accurate_rnd+full_chroma_int,format=${info.format.name}`,
  );
  rgba.free();
  return native;
}

/** A native picture as FFmpeg shows it: RGB of any pixel, 0–255. */
export async function shownPicture(frame: Frame, info: PictureInfo): Promise<(x: number, y: number) => Pixel> {
  frame.colorSpace = info.colour.tags.space;
  frame.colorRange = info.colour.tags.range;
  const { matrix, range } = info.colour;
  const rgb = await through(
    frame,
    `scale=in_color_matrix=${MATRIX_NAMES[matrix]}:in_range=${range}:out_range=full:flags=bilinear+accurate_rnd+full_chroma_int+full_chroma_inp,format=rgba`,
  );
  const data = Buffer.from(rgb.data![0]!);
  const stride = rgb.linesize[0]!;
  rgb.free();
  return (x, y) => [data[y * stride + x * 4]!, data[y * stride + x * 4 + 1]!, data[y * stride + x * 4 + 2]!];
}

async function through(frame: Frame, filters: string): Promise<Frame> {
  const graph = await Graph.video(frame, filters);
  try {
    await graph.push(frame);
    return (await graph.pull())!;
  } finally {
    graph.close();
  }
}
