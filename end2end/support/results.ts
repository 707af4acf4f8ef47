import { expect, type Page, test } from './test.ts';

/** Opens the results until they hold the sale. The server counts again after a hundred times what the last count took: a
 * few seconds, and up to ten minutes where counting takes long. */
export async function counted(page: Page, figure: string, words: string): Promise<void> {
  test.slow();
  await expect(async () => {
    await page.goto('/results');
    await expect(page.getByTestId(figure)).toContainText(words, { timeout: 500 });
  }).toPass({ timeout: 120_000 });
}
