/** Tabs as the ARIA practices have them: arrows go through them, one is in the order of Tab. @returns the name of the open one. */
export function tabs(root: HTMLElement, onChange: (name: string) => void): () => string {
  const all = [...root.querySelectorAll<HTMLButtonElement>('[role="tab"]')];
  const nameOf = (tab: HTMLButtonElement): string => tab.getAttribute('aria-controls') ?? '';
  let open = '';
  const show = (tab: HTMLButtonElement): void => {
    open = nameOf(tab);
    for (const other of all) {
      const chosen = other === tab;
      other.setAttribute('aria-selected', `${chosen}`);
      other.tabIndex = chosen ? 0 : -1;
      const panel = document.getElementById(nameOf(other));
      if (panel) panel.hidden = !chosen;
    }
    onChange(open);
  };
  for (const tab of all) {
    tab.addEventListener('click', () => show(tab));
    tab.addEventListener('keydown', (event) => {
      const there = all.filter((one) => !one.hidden);
      const at = there.indexOf(tab);
      const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: there.length - 1 }[event.key];
      const next = to === undefined ? undefined : there[(to + there.length) % there.length];
      if (!next) return;
      event.preventDefault();
      show(next);
      next.focus();
    });
  }
  const [first] = all;
  if (first) show(first);
  return () => open;
}
