import type { Container } from 'pixi.js';
import type { Box, ChannelScene, GraphicState, TrackingFrame } from '../../protocol/index.js';
import type { Part } from '../graphics/part.js';
import type { TextStyle } from '../graphics/text.js';
import { installNodePixi } from '../host/node-pixi.js';

/** A text as it stands in the picture. */
export interface Written {
  /** Key of the part it stands on: graphic, then part. */
  readonly key: string;
  readonly text: string;
  /** Picture pixels, with the little room texts have around them. */
  readonly box: Box;
  /** The part it stands on, picture pixels. */
  readonly part: Box;
}

/** Reads a scene's texts instead of its pixels: what a viewer would read, and where. */
export interface Reader {
  observe(frame: TrackingFrame, graphics: readonly GraphicState[]): void;
  read(frame: TrackingFrame, graphics: readonly GraphicState[]): Written[];
  /** The parts as they were read last: key, place and revision. */
  parts(): readonly Part[];
  close(): void;
}

export async function createReader(scene: ChannelScene): Promise<Reader> {
  await installNodePixi();
  const { Graphics, Sprite } = await import('pixi.js');
  const { SceneModel } = await import('../host/scene.js');
  const { TextPainter } = await import('../graphics/text.js');
  const { CanvasShapes } = await import('../graphics/ground-shapes.js');
  const texts = new Map<object, string>();
  class RememberingPainter extends TextPainter {
    override paint(text: string, style: TextStyle) {
      const texture = super.paint(text, style);
      texts.set(texture, text);
      return texture;
    }
  }
  const painter = new RememberingPainter();
  const model = new SceneModel(scene, painter, () => new CanvasShapes());
  let shown: readonly Part[] = [];

  const readIn = (part: Part, view: Container, x: number, y: number, out: Written[]): void => {
    const sprites = view.children.filter((child) => child instanceof Sprite);
    const write = (text: string, left: number, top: number, width: number, height: number): void => {
      const box = { x: part.x + left, y: part.y + top, width, height };
      if (text !== '') out.push({ key: part.key, text, box, part: { x: part.x, y: part.y, width: part.width, height: part.height } });
    };
    // Running figures are one picture a character.
    if (view !== part.view && sprites.length > 0 && sprites.length === view.children.length) {
      const seen = sprites.filter((sprite) => sprite.visible);
      const text = sprites.map((sprite) => (sprite.visible ? (texts.get(sprite.texture) ?? '') : ' ')).join('');
      const [first, last] = [seen[0], seen.at(-1)];
      if (first && last) write(text.trim(), x + first.x, y + first.y, last.x + last.texture.width - first.x, first.texture.height);
      return;
    }
    for (const child of view.children) {
      if (!child.visible || child instanceof Graphics) continue;
      if (child instanceof Sprite)
        write(texts.get(child.texture) ?? '', x + child.x, y + child.y, child.texture.width, child.texture.height);
      else readIn(part, child, x + child.x, y + child.y, out);
    }
  };

  return {
    observe: (frame, graphics) => model.observe(frame, graphics),
    read: (frame, graphics) => {
      shown = model.compose(frame, graphics);
      const out: Written[] = [];
      for (const part of shown) readIn(part, part.view, 0, 0, out);
      return out;
    },
    parts: () => shown,
    close: () => {
      model.destroy();
      painter.destroy();
    },
  };
}
