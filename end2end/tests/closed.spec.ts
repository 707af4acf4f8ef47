import { holder, invented, post, signIn } from '../support/citizen.ts';
import { closed, expect, test } from '../support/test.ts';

test.use({ serving: { now: '2020-04-28T23:59:30+08:00' } });

test('at the end of the round claiming ends and vouchers lapse', async ({ page, server, another }) => {
  await holder(page, invented(1));
  const late = await another();
  await signIn(late, invented(2));
  await late.goto('/');
  await expect(late.getByRole('button', { name: '立即領取' })).toBeVisible();

  await server.restart(closed);
  const forced = await post(late);
  expect(forced.status()).toBe(409);
  expect((await forced.json()).code).toBe('round_closed');
  await late.goto('/');
  await expect(late.locator('[data-refusal=round_closed]')).toBeVisible();
  await expect(late.getByRole('button', { name: '立即領取' })).toHaveCount(0);

  await page.goto('/wallet');
  await expect(page.getByTestId('voucher')).toHaveCount(5);
  await expect(page.getByText('已失效', { exact: true })).toHaveCount(5);
  await expect(page.getByRole('link', { name: '出示券碼' })).toHaveCount(0);
  await expect(page.getByText('4 月 28 日 24:00').first()).toBeVisible();
});

test('a code page that is opened too late says so', async ({ page, server }) => {
  await holder(page, invented(1));
  await page.goto('/wallet');
  const address = await page.getByRole('link', { name: '出示券碼' }).first().getAttribute('href');
  await server.restart(closed);
  await page.goto(address!);
  await expect(page.locator('[data-refusal=voucher_lapsed]')).toBeVisible();
  await expect(page.getByTestId('voucher-code')).toHaveCount(0);
});
