import type { ChannelScene } from '../protocol/index.js';
import type { HeadlessOverlay } from './host/headless.js';
import { installNodePixi } from './host/node-pixi.js';

/** What the server uses of the overlay: the headless host, and what there is to know about graphics without drawing them. */

export type { Manifest } from './graphics/ograf.js';
export {
  definitions,
  type GraphicType,
  graphicTypes,
  HOSTED,
  isGraphicType,
  manifest,
  type ParsedData,
  parseGraphicData,
  stepsOf,
} from './graphics/registry.js';
export { readSyncMarker } from './graphics/sync-marker/layout.js';
export { inPicture } from './graphics/under-feet.js';
export type { HeadlessOverlay } from './host/headless.js';
export { readImageFile } from './host/image-file.js';

/**
 * A channel's graphics, drawn in this process without a browser.
 * @param options.imagesDir folder of the pictures that graphics may show.
 * @throws Error with one line when the drawing library or the bundled fonts cannot be loaded.
 */
export async function createHeadlessOverlay(
  scene: ChannelScene,
  { imagesDir }: { readonly imagesDir?: string } = {},
): Promise<HeadlessOverlay> {
  await installNodePixi();
  const { HeadlessHost } = await import('./host/headless.js');
  return HeadlessHost.create(scene, imagesDir);
}
