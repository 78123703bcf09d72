/** What pages use of the overlay. */

export type { Manifest } from './graphics/ograf.js';
export {
  definitions,
  type GraphicType,
  graphicTypes,
  isGraphicType,
  manifest,
  type ParsedData,
  parseGraphicData,
} from './graphics/registry.js';
export { readSyncMarker } from './graphics/sync-marker/layout.js';
export { type BrowserOverlay, type BrowserOverlayOptions, createBrowserOverlay } from './host/browser.js';
