import type { Frame } from 'node-av/lib';
import type { Size } from '../../protocol/index.js';
import { MediaError } from '../ffmpeg/native.js';
import type { PictureFormat } from '../ffmpeg/picture-format.js';
import type { PicturePlane } from './blender.js';

/**
 * Y, U and V of a native picture, in place: views of FFmpeg's own memory, not copies. Valid until the frame is freed or made writable again.
 */
export function planesOf(frame: Frame, format: PictureFormat, size: Size): [PicturePlane, PicturePlane, PicturePlane] {
  const data = frame.data;
  if (!data) throw new MediaError('a frame without pixels cannot be composited');
  const bytes = format.depth > 8 ? 2 : 1;
  const plane = (index: number, first: number, step: number, shiftX: number, shiftY: number): PicturePlane => {
    const buffer = data[index]!;
    const samples = bytes === 1 ? buffer : new Uint16Array(buffer.buffer, buffer.byteOffset, buffer.byteLength >> 1);
    return {
      samples,
      first,
      step,
      stride: frame.linesize[index]! / bytes,
      width: size.width >> shiftX,
      height: size.height >> shiftY,
      shift: format.shift,
    };
  };
  const { chromaShiftX: sx, chromaShiftY: sy } = format;
  if (format.layout === 'semi') return [plane(0, 0, 1, 0, 0), plane(1, 0, 2, sx, sy), plane(1, 1, 2, sx, sy)];
  return [plane(0, 0, 1, 0, 0), plane(1, 0, 1, sx, sy), plane(2, 0, 1, sx, sy)];
}
