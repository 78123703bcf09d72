const DOUBLE_MS = 900;

export interface KeyActions {
  /** 0-based. */
  readonly toggle: (index: number) => void;
  readonly allOff: () => void;
  /** Escape was pressed once; a second time soon takes everything off. */
  readonly armed: () => void;
}

/** 1–9 toggle graphics; Escape twice takes all off. Digits typed into a field stay there; Escape works everywhere. */
export function listenToKeys(target: EventTarget, actions: KeyActions): void {
  let escapedAt = Number.NEGATIVE_INFINITY;
  target.addEventListener(
    'keydown',
    (event) => {
      if (!(event instanceof KeyboardEvent) || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === 'Escape') {
        const twice = event.timeStamp - escapedAt < DOUBLE_MS;
        escapedAt = twice ? Number.NEGATIVE_INFINITY : event.timeStamp;
        if (twice) actions.allOff();
        else actions.armed();
      } else if (/^[1-9]$/.test(event.key) && !isTyping(event.target)) actions.toggle(Number(event.key) - 1);
    },
    { capture: true },
  );
}

function isTyping(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return target.type !== 'checkbox';
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || document.querySelector('dialog[open]') !== null;
}
