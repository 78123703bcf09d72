/** The browser overlay with all of PixiJS, for pages that load it once they need it. */
import 'pixi.js/unsafe-eval';

export { createBrowserOverlay } from '../../browser.js';
