import { campaigns } from '../support/campaign.ts';
import { holder, invented, signIn } from '../support/citizen.ts';
import { awake, mark, marked } from '../support/document.ts';
import { expect, inside, test } from '../support/test.ts';

test.use({ serving: { now: inside, campaign: campaigns.twoPacks } });

test('an open page sees the stock fall and the last pack go, without a reload', async ({ page, another }) => {
  await signIn(page, invented(1));
  await page.goto('/');
  await awake(page);
  await mark(page);
  const remaining = page.getByTestId('remaining');
  await expect(remaining).toHaveText('2');
  await expect(page.getByRole('button', { name: '立即領取' })).toBeVisible();

  await holder(await another(), invented(2));
  await expect(remaining).toHaveText('1');
  await holder(await another(), invented(3));
  await expect(remaining).toHaveText('0');
  await expect(page.locator('[data-refusal=sold_out]')).toBeVisible();
  await expect(page.getByRole('button', { name: '立即領取' })).toHaveCount(0);
  expect(await marked(page)).toBe(true);
});
