import { claim, invented, signIn } from '../support/citizen.ts';
import { expect, test } from '../support/test.ts';

test.use({ serving: { now: '2020-04-22T08:59:48+08:00' } });

test('the page asks again just after the opening, and the claim succeeds', async ({ page }) => {
  await signIn(page, invented(1));
  const answer = await page.goto('/');
  const refresh = /<noscript><meta http-equiv="refresh" content="(\d+)"/.exec((await answer?.text()) ?? '');
  // Twelve seconds and up to three more, so that not everybody comes at once.
  expect(Number(refresh?.[1])).toBeGreaterThan(0);
  expect(Number(refresh?.[1])).toBeLessThanOrEqual(16);
  await expect(page.getByTestId('countdown')).toBeVisible();
  await expect(page.getByRole('button', { name: '立即領取' })).toHaveCount(0);

  await expect(page.getByRole('button', { name: '立即領取' })).toBeVisible({ timeout: 25_000 });
  await claim(page);
  await expect(page).toHaveURL('/wallet');
});
