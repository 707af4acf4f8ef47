import { campaigns } from '../support/campaign.ts';
import { claim, holder, invented, offered, post, signIn } from '../support/citizen.ts';
import { settled } from '../support/document.ts';
import { expect, inside, test } from '../support/test.ts';

test.use({ serving: { now: inside, campaign: campaigns.twoPacks } });

test('when the packs are gone the next person is told so, and holders have theirs', async ({ page, another }) => {
  const second = await another();
  await signIn(page, invented(1));
  await page.goto('/');
  await claim(page);
  await holder(second, invented(2));

  const third = await another();
  await signIn(third, invented(3));
  await expect.poll(async () => (await (await post(third)).json()).code).toBe('sold_out');
  await third.goto('/');
  await expect(third.locator('[data-refusal=sold_out]')).toBeVisible();
  await expect(third.getByRole('button', { name: '立即領取' })).toHaveCount(0);
  await third.goto('/wallet');
  await expect(third.getByTestId('voucher')).toHaveCount(0);

  await page.goto('/');
  await expect(page.locator('[data-refusal=already_claimed]')).toBeVisible();
  expect(await offered(page)).toHaveLength(5);
});

test('whoever presses a moment too late is told so', async ({ page, another }) => {
  // The page must not hear of it before the button is pressed.
  for (const news of ['**/live', '**/act/load_live*']) await page.route(news, (route) => route.abort());
  await signIn(page, invented(1));
  await page.goto('/');
  const button = page.getByRole('button', { name: '立即領取' });
  await expect(button).toBeVisible();
  await settled(page);
  await holder(await another(), invented(2));
  await holder(await another(), invented(3));
  await button.click();
  await expect(page.locator('[data-refusal=sold_out]')).toBeVisible();
  await expect(button).toHaveCount(0);
});

test('a visitor who is not signed in sees that the packs are gone', async ({ page, another }) => {
  await holder(await another(), invented(1));
  await holder(await another(), invented(2));
  await expect(async () => {
    await page.goto('/');
    await expect(page.getByTestId('remaining')).toHaveText('0', { timeout: 1_000 });
    await expect(page.locator('[data-refusal=sold_out]')).toBeVisible({ timeout: 1_000 });
  }).toPass();
});
