import { campaigns } from '../support/campaign.ts';
import { claim, invented, signIn } from '../support/citizen.ts';
import { expect, test } from '../support/test.ts';

test.use({ serving: { now: '2021-06-05T10:00:00+08:00', campaign: campaigns.severalPacks } });

const packs = ['零售滿50減10', '住宿餐飲滿50減10', '零售滿200減40', '石化滿50減10'];

test('each of several packs is claimed by itself, once', async ({ page }) => {
  await signIn(page, invented(1));
  await page.goto('/');
  const group = (name: string) => page.getByRole('group', { name });
  const button = (name: string) => group(name).getByRole('button', { name: '立即領取' });
  for (const name of packs) await expect(button(name)).toBeVisible();
  await expect(page.getByRole('button', { name: '立即領取' })).toHaveCount(packs.length);

  for (const name of ['零售滿200減40', '石化滿50減10']) {
    await page.goto('/');
    await claim(page, group(name));
  }

  await page.goto('/');
  await expect(page.getByRole('button', { name: '立即領取' })).toHaveCount(2);
  await expect(button('零售滿200減40')).toHaveCount(0);
  await expect(button('石化滿50減10')).toHaveCount(0);
  await expect(button('零售滿50減10')).toBeVisible();

  await page.goto('/wallet');
  await expect(page.getByTestId('claim')).toHaveCount(2);
  await expect(page.getByRole('article', { name: '零售券' })).toContainText('¥40');
  await expect(page.getByRole('article', { name: '石化券' })).toContainText('¥10');
  await expect(page.getByRole('link', { name: '出示券碼' })).toHaveCount(2);
});

test('the stock of each pack is its own', async ({ page }) => {
  await signIn(page, invented(2));
  await page.goto('/');
  await claim(page, page.getByRole('group', { name: '住宿餐飲滿50減10' }));
  await expect.poll(async () => {
    const round = await (await page.request.get('/api/v1/rounds/r1')).json();
    return round.packs.map((pack: { remaining: number }) => pack.remaining);
  }).toEqual([90_000, 59_999, 50_000, 30_000]);
});
