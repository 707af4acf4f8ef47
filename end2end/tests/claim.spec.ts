import { claim, holder, offered, remaining, sampleCitizens, signIn } from '../support/citizen.ts';
import { settled } from '../support/document.ts';
import { expect, test } from '../support/test.ts';

test('a sample citizen claims a pack and finds it in the wallet', async ({ page }) => {
  const [citizen] = await sampleCitizens(page);
  await page.goto('/sign-in');
  await page.getByRole('button', { name: citizen!.name }).click();
  await expect(page).toHaveURL('/');
  await expect(page.getByRole('heading', { level: 1, name: '晉善·晉美·晉城' })).toBeVisible();
  await expect(page.getByTestId('remaining')).toContainText('60,000');
  expect(await remaining(page)).toBe(60_000);

  await claim(page);
  await page.goto('/wallet');
  await expect(page.getByRole('heading', { level: 1, name: '我的卡包' })).toBeVisible();
  for (const [kind, count] of [['通用券', 3], ['加油券', 1], ['餐飲券', 1]] as const) {
    await expect(page.getByRole('article', { name: kind })).toHaveCount(count);
  }
  const vouchers = await page.getByTestId('voucher').all();
  expect(vouchers).toHaveLength(5);
  for (const voucher of vouchers) {
    await expect(voucher).toContainText('¥10');
    await expect(voucher).toContainText('滿 40 元');
    await expect(voucher).toContainText('4 月 28 日 24:00');
    await expect(voucher.getByText('可使用', { exact: true })).toBeVisible();
    await expect(voucher.getByRole('link', { name: '出示券碼' })).toBeVisible();
  }
  await expect.poll(() => remaining(page)).toBe(59_999);
  await page.goto('/');
  await expect(page.getByTestId('remaining')).toContainText('59,999');
});

test('the same person elsewhere is shown the same wallet', async ({ page, another }) => {
  const [citizen] = await sampleCitizens(page);
  await holder(page, citizen!);
  const vouchers = await offered(page);
  expect(vouchers).toHaveLength(5);

  const elsewhere = await another();
  await signIn(elsewhere, citizen!);
  await elsewhere.goto('/');
  await expect(elsewhere.locator('[data-refusal=already_claimed]')).toBeVisible();
  await expect(elsewhere.getByRole('button', { name: '立即領取' })).toHaveCount(0);
  expect(await offered(elsewhere)).toEqual(vouchers);
});

test('the same person through another account is one person', async ({ page, another }) => {
  const [citizen] = await sampleCitizens(page);
  await holder(page, citizen!);
  const vouchers = await offered(page);

  const elsewhere = await another();
  await signIn(elsewhere, citizen!, 'second');
  await elsewhere.goto('/');
  await expect(elsewhere.locator('[data-refusal=already_claimed_through_other_account]')).toBeVisible();
  await expect(elsewhere.getByRole('button', { name: '立即領取' })).toHaveCount(0);
  expect(await offered(elsewhere)).toEqual(vouchers);
});

test('whoever claimed on a second page meanwhile is led to the wallet', async ({ page, another }) => {
  const [citizen] = await sampleCitizens(page);
  await signIn(page, citizen!);
  await page.goto('/');
  await expect(page.getByRole('button', { name: '立即領取' })).toBeVisible();
  await settled(page);
  await holder(await another(), citizen!);

  await page.getByRole('button', { name: '立即領取' }).click();
  await expect(page.locator('[data-refusal=already_claimed]')).toBeVisible();
  expect(await remaining(page)).toBe(59_999);
});
