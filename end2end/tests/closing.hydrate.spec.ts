import { invented, signIn } from '../support/citizen.ts';
import { awake, mark, marked } from '../support/document.ts';
import { expect, test } from '../support/test.ts';

test.use({ serving: { now: '2020-04-28T23:59:48+08:00' } });

test('an open page sees the round end without a reload', async ({ page }) => {
  await signIn(page, invented(1));
  await page.goto('/');
  await awake(page);
  await mark(page);
  await expect(page.getByRole('button', { name: '立即領取' })).toBeVisible();
  await expect(page.locator('[data-refusal=round_closed]')).toBeVisible({ timeout: 20_000 });
  await expect(page.getByRole('button', { name: '立即領取' })).toHaveCount(0);
  expect(await marked(page)).toBe(true);
});
