import { firstVoucher, holder, invented, offered } from '../support/citizen.ts';
import { expect, test } from '../support/test.ts';

// A step lasts thirty seconds and begins at each half minute: ten seconds are left for the first part, and as many
// are waited at most in the second.
test.use({ serving: { now: '2020-04-22T10:00:12+08:00' } });

test('a voucher shows a code for scanning and typing, and the next one by itself', async ({ page }) => {
  await holder(page, invented(1));
  const [address] = await offered(page);
  await page.getByRole('link', { name: '出示券碼' }).first().click();
  await expect(page).toHaveURL(address!);
  await expect(page.getByRole('img', { name: '券碼二維碼' })).toBeVisible();
  const code = page.getByTestId('voucher-code');
  await expect(code).toHaveText(/^\s*\d{4}\s+\d{4}\s+\d{4}\s*$/);
  const digits = await code.innerText();

  await page.reload();
  expect(await code.innerText()).toBe(digits);

  await expect(code, 'the next step brings other digits').not.toHaveText(digits, { timeout: 30_000 });
  await expect(code).toHaveText(/^\s*\d{4}\s+\d{4}\s+\d{4}\s*$/);
});

test('without JavaScript the code page asks again after its step', async ({ page }) => {
  await holder(page, invented(2));
  const html = await (await page.request.get(await firstVoucher(page))).text();
  const refresh = /<noscript><meta http-equiv="refresh" content="(\d+)"/.exec(html);
  expect(Number(refresh?.[1])).toBeGreaterThan(0);
  expect(Number(refresh?.[1])).toBeLessThanOrEqual(31);
});

test('nobody sees the voucher of somebody else', async ({ page, another }) => {
  await holder(page, invented(3));
  const address = await firstVoucher(page);
  const stranger = await another();
  await holder(stranger, invented(4));
  const answer = await stranger.goto(address);
  expect(answer?.status()).toBe(404);
  await expect(stranger.getByTestId('voucher-code')).toHaveCount(0);
});
