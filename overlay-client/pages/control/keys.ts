/** What keys do, which keys, and when they do nothing. Panic is apart: Escape twice, everywhere, not to be taken away. */

const DOUBLE_MS = 900;

const keyActions = {
  take: { label: 'Take', key: 'T' },
  update: { label: 'Update', key: 'U' },
  step: { label: 'Next step', key: 'S' },
  back: { label: 'Step back', key: 'Shift+S' },
  out: { label: 'Out', key: 'O' },
  forget: { label: 'Forget edits', key: 'X' },
  up: { label: 'Graphic above', key: 'ArrowUp' },
  down: { label: 'Graphic below', key: 'ArrowDown' },
  undo: { label: 'Undo', key: 'Z' },
  redo: { label: 'Redo', key: 'Y' },
  freeze: { label: 'Freeze the preview', key: 'F' },
  unstroke: { label: 'Take the last stroke back', key: 'Backspace' },
  clear: { label: 'Clear all strokes', key: 'C' },
  markIn: { label: 'Replay: mark in', key: 'I' },
  markOut: { label: 'Replay: mark out', key: 'Shift+I' },
  playLast: { label: 'Replay: play the last 10 s', key: 'R' },
  pause: { label: 'Replay: pause, go on', key: 'K' },
  jogBack: { label: 'Replay: a frame back', key: ',' },
  jogOn: { label: 'Replay: a frame on', key: '.' },
  slower: { label: 'Replay: slower', key: '-' },
  faster: { label: 'Replay: faster', key: '+' },
  stopReplay: { label: 'Replay: stop', key: 'Shift+R' },
  ...Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`graphic${i + 1}`, { label: `Graphic ${i + 1} on or out`, key: `${i + 1}` }])),
} as const satisfies Record<string, { readonly label: string; readonly key: string }>;

/** Those that the replay answers. */
const REPLAY_KEYS = ['markIn', 'markOut', 'playLast', 'pause', 'jogBack', 'jogOn', 'slower', 'faster', 'stopReplay'] as const;
export type ReplayKey = (typeof REPLAY_KEYS)[number];

export function isReplayKey(action: string): action is ReplayKey {
  const keys: readonly string[] = REPLAY_KEYS;
  return keys.includes(action);
}

export type KeyAction = Extract<keyof typeof keyActions, string> | `graphic${1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9}`;
/** Which key does what: by action. An action without a key has ''. */
export type Bindings = Readonly<Record<string, string>>;

/** Keys that belong to the browser or to whatever has the focus. */
const RESERVED = new Set([
  'Tab',
  'Enter',
  ' ',
  'Escape',
  'Shift',
  'Control',
  'Alt',
  'Meta',
  'AltGraph',
  'CapsLock',
  'Dead',
  'Unidentified',
  'Process',
]);

/** How a key is called: `T`, `Shift+S`, `Ctrl+1`, `ArrowUp`; undefined for one that cannot be bound. */
export function keyName(event: Pick<KeyboardEvent, 'key' | 'shiftKey' | 'ctrlKey' | 'altKey' | 'metaKey'>): string | undefined {
  if (RESERVED.has(event.key)) return undefined;
  const letter = /^\p{L}$/u.test(event.key);
  const key = letter ? event.key.toUpperCase() : event.key;
  // What Shift makes of a digit or a sign is a key of its own.
  const shift = event.shiftKey && (letter || event.key.length > 1);
  const held = [event.ctrlKey && 'Ctrl', event.altKey && 'Alt', event.metaKey && 'Meta', shift && 'Shift'].filter((name) => name !== false);
  return [...held, key].join('+');
}

/** A key as it is shown on a cap. */
export function keyCap(key: string): string {
  return key.replace('Arrow', '').replace('Backspace', 'Back');
}

export function labelOf(action: string): string {
  return Object.entries(keyActions).find(([name]) => name === action)?.[1].label ?? action;
}

export const PRESET: Bindings = Object.fromEntries(Object.entries(keyActions).map(([action, { key }]) => [action, key]));

/**
 * Another key for an action.
 * @returns the bindings after it, or one line: who has the key already.
 */
export function rebind(bindings: Bindings, action: string, key: string): { bindings: Bindings } | { conflict: string } {
  const owner = Object.entries(bindings).find(([name, bound]) => bound === key && name !== action);
  if (owner) return { conflict: `${keyCap(key)} is “${labelOf(owner[0])}” already: give that another key first` };
  return { bindings: { ...bindings, [action]: key } };
}

const STORED = 'leaderline-keys';

/** As this browser has them; what is stored but makes no sense counts for nothing. */
export function loadBindings(storage: Pick<Storage, 'getItem'>): Bindings {
  try {
    const stored: unknown = JSON.parse(storage.getItem(STORED) ?? '{}');
    if (typeof stored !== 'object' || stored === null) return PRESET;
    const own = Object.entries(stored).filter(([action, key]) => action in PRESET && typeof key === 'string' && key.length < 30);
    const keys = own.map(([, key]) => key).filter((key) => key !== '');
    if (new Set(keys).size !== keys.length) return PRESET;
    // What has come since then goes without a key that has been given away.
    const rest = Object.entries(PRESET).map(([action, key]) => [action, keys.includes(key) ? '' : key]);
    return { ...Object.fromEntries(rest), ...Object.fromEntries(own) };
  } catch {
    return PRESET;
  }
}

export function saveBindings(storage: Pick<Storage, 'setItem'>, bindings: Bindings): void {
  storage.setItem(STORED, JSON.stringify(bindings));
}

export interface KeyHandlers {
  readonly bindings: () => Bindings;
  readonly act: (action: string) => void;
  readonly panic: () => void;
  /** Escape was pressed once; a second time soon takes everything off. */
  readonly armed: () => void;
}

/** Listens for keys. Nothing that is typed, and nothing pressed in a dialog, does anything; Escape twice works everywhere. */
export function listenToKeys(target: EventTarget, { bindings, act, panic, armed }: KeyHandlers): void {
  let escapedAt = Number.NEGATIVE_INFINITY;
  const pressed = (event: Event): void => {
    if (!(event instanceof KeyboardEvent) || event.repeat) return;
    if (event.key === 'Escape') {
      const twice = event.timeStamp - escapedAt < DOUBLE_MS;
      escapedAt = twice ? Number.NEGATIVE_INFINITY : event.timeStamp;
      if (twice) panic();
      else armed();
      return;
    }
    if (isTyping(event.target, event.key)) return;
    const key = keyName(event);
    const action = key === undefined ? undefined : Object.entries(bindings()).find(([, bound]) => bound === key)?.[0];
    if (action === undefined) return;
    event.preventDefault();
    act(action);
  };
  target.addEventListener('keydown', pressed, { capture: true });
}

/** Fields that are written in, and those that arrows belong to. */
const WRITTEN_IN = new Set(['text', 'number', 'password', 'search', 'email', 'url', 'tel', 'date', 'time', 'color']);
const ARROWS_IN = new Set(['radio', 'range']);

function isTyping(target: EventTarget | null, key: string): boolean {
  if (document.querySelector('dialog[open], [data-recording]') !== null) return true;
  const arrow = key.startsWith('Arrow');
  if (target instanceof HTMLInputElement) return WRITTEN_IN.has(target.type) || (arrow && ARROWS_IN.has(target.type));
  if (target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  if (!(target instanceof HTMLElement)) return false;
  const role = target.getAttribute('role');
  return target.isContentEditable || (arrow && role === 'tab') || (role === 'application' && (arrow || key === 'Enter' || key === ' '));
}
