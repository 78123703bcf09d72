/** Finds an element of the page's own HTML and checks what it is. @throws Error when the page and its script do not fit together. */
export function find<T extends Element>(selector: string, kind: new () => T, root: ParentNode = document): T {
  const found = root.querySelector(selector);
  if (!(found instanceof kind)) throw new Error(`the page has no ${selector}`);
  return found;
}

type Attributes = Readonly<Record<string, string | number | boolean>>;

/** Makes an element. Text goes in as text, never as HTML; `false` leaves an attribute out. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== false) element.setAttribute(name, value === true ? '' : `${value}`);
  element.append(...children);
  return element;
}

/** Sets text only when it differs: screen readers hear changes, not repetitions. */
export function say(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** The channel named in the address: `/control/CHANNEL`. */
export function channelFromAddress(): string {
  return location.pathname.split('/')[2] ?? '';
}

/**
 * The token from `?token=…`. It moves into the tab's session storage and out of the address, so that a reload keeps it and a shared or
 * photographed address does not give it away.
 */
export function tokenFromAddress(): string | undefined {
  const url = new URL(location.href);
  const given = url.searchParams.get('token');
  if (given !== null) {
    sessionStorage.setItem('token', given);
    url.searchParams.delete('token');
    history.replaceState(null, '', url);
  }
  return sessionStorage.getItem('token') ?? undefined;
}
