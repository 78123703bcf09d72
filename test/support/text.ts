import type { Page } from 'playwright-core';

/** The text of the first element that matches, trimmed. */
export async function textOf(page: Page, selector: string): Promise<string> {
  return (await page.textContent(selector))?.trim() ?? '';
}
