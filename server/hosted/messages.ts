import type { Size } from '../../protocol/index.js';
import type { Band } from './bands.js';

/** What passes between a channel and the thread that has the browser. */

export interface HostedStart {
  /** The page that shows the channel's hosted graphics and nothing else. */
  readonly url: string;
  readonly size: Size;
  /** Pictures a second that are worth taking. */
  readonly fps: number;
  /** Where the package's Chromium is unpacked to. */
  readonly chromiumFolder: string;
  /** The browser's own files; emptied when it starts. */
  readonly profileFolder: string;
}

export type ToHosted =
  /** The last picture is taken over: another may come. */
  { readonly type: 'taken' } | { readonly type: 'close' };

export type FromHosted =
  /** Every band of the picture as it is now. `superseded`: pictures that were not sent because a newer one came, so far; `delayMs`: since it was shown in the browser. */
  | { readonly type: 'picture'; readonly bands: readonly Band[]; readonly superseded: number; readonly delayMs: number }
  /** The page answers; what it showed last stands. */
  | { readonly type: 'alive' }
  /** One line: why there is nothing to be had, and what happens next; '': all is well. `restarts`: of the browser, so far. */
  | { readonly type: 'problem'; readonly line: string; readonly restarts: number };
