import type { AVPixelFormat } from 'node-av/constants';
import * as C from 'node-av/constants';
import { avcodecFindBestPixFmtOfList, avGetPixFmtName } from 'node-av/lib';

/** How a native picture's samples lie in memory: all that blending needs to know. */
export interface PictureFormat {
  readonly name: string;
  readonly id: AVPixelFormat;
  /** Significant bits a sample. */
  readonly depth: 8 | 10 | 12;
  /** Low bits left zero in each 16-bit word (P010: 6). */
  readonly shift: number;
  /** log2 of the chroma subsampling. */
  readonly chromaShiftX: 0 | 1;
  readonly chromaShiftY: 0 | 1;
  /** `planar`: Y, U, V. `semi`: Y, then U and V interleaved. */
  readonly layout: 'planar' | 'semi';
  /** True for the `yuvj` formats, which say full range by their name. */
  readonly alwaysFull: boolean;
}

function format(
  id: AVPixelFormat,
  depth: 8 | 10 | 12,
  chroma: '420' | '422' | '444',
  extra: Partial<Pick<PictureFormat, 'shift' | 'layout' | 'alwaysFull'>> = {},
): PictureFormat {
  return {
    name: avGetPixFmtName(id) ?? String(id),
    id,
    depth,
    shift: 0,
    chromaShiftX: chroma === '444' ? 0 : 1,
    chromaShiftY: chroma === '420' ? 1 : 0,
    layout: 'planar',
    alwaysFull: false,
    ...extra,
  };
}

/** Every format that flows through a channel. Anything else is converted to the nearest of these as it comes in. */
export const PICTURE_FORMATS: readonly PictureFormat[] = [
  format(C.AV_PIX_FMT_YUV420P, 8, '420'),
  format(C.AV_PIX_FMT_YUVJ420P, 8, '420', { alwaysFull: true }),
  format(C.AV_PIX_FMT_YUV422P, 8, '422'),
  format(C.AV_PIX_FMT_YUVJ422P, 8, '422', { alwaysFull: true }),
  format(C.AV_PIX_FMT_YUV444P, 8, '444'),
  format(C.AV_PIX_FMT_YUVJ444P, 8, '444', { alwaysFull: true }),
  format(C.AV_PIX_FMT_NV12, 8, '420', { layout: 'semi' }),
  format(C.AV_PIX_FMT_YUV420P10LE, 10, '420'),
  format(C.AV_PIX_FMT_YUV422P10LE, 10, '422'),
  format(C.AV_PIX_FMT_YUV444P10LE, 10, '444'),
  format(C.AV_PIX_FMT_P010LE, 10, '420', { layout: 'semi', shift: 6 }),
  format(C.AV_PIX_FMT_YUV420P12LE, 12, '420'),
  format(C.AV_PIX_FMT_YUV422P12LE, 12, '422'),
  format(C.AV_PIX_FMT_YUV444P12LE, 12, '444'),
];

const byId = new Map<number, PictureFormat>(PICTURE_FORMATS.map((f) => [f.id, f]));
const CONVERTIBLE = PICTURE_FORMATS.filter((f) => !f.alwaysFull);

/** @returns undefined for a format that has to be converted first. */
export function pictureFormat(id: number): PictureFormat | undefined {
  return byId.get(id);
}

export function pictureFormatByName(name: string): PictureFormat | undefined {
  return PICTURE_FORMATS.find((f) => f.name === name);
}

/** The format to convert a picture to when its own is none of {@link PICTURE_FORMATS}: RGB and grey become 4:2:0, as outputs do. */
export function nearestPictureFormat(id: AVPixelFormat): PictureFormat {
  const own = byId.get(id);
  if (own) return own;
  const name = avGetPixFmtName(id) ?? '';
  if (/^(rgb|bgr|gbr|argb|abgr|0rgb|0bgr|gray|mono|pal|rgba|ya)/.test(name)) return CONVERTIBLE[0]!;
  const best = byId.get(
    avcodecFindBestPixFmtOfList(
      CONVERTIBLE.map((f) => f.id),
      id,
    ),
  );
  return best ?? CONVERTIBLE[0]!;
}
