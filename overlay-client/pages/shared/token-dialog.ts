import { find } from './dom.js';

/** Asks for the server's token with the page's own dialog, keeps it for this tab, and begins anew. */
export function askForToken(): void {
  const dialog = find('#token-dialog', HTMLDialogElement);
  if (dialog.open) return;
  dialog.addEventListener(
    'close',
    () => {
      const { value } = find('#token', HTMLInputElement);
      if (value === '') return;
      sessionStorage.setItem('token', value);
      location.reload();
    },
    { once: true },
  );
  dialog.showModal();
}
