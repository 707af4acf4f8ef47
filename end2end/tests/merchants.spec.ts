import { holder, invented } from '../support/citizen.ts';
import { settled } from '../support/document.ts';
import { expect, test } from '../support/test.ts';

test('the merchants are found by category, district and words', async ({ page }) => {
  await page.goto('/merchants');
  await settled(page);
  await expect(page.getByTestId('merchant')).toHaveCount(18);
  await page.getByLabel('類別').selectOption('dining');
  await page.getByRole('button', { name: '搜尋', exact: true }).click();
  await expect(page.getByTestId('merchant')).toHaveCount(6);
  await page.getByLabel('區縣').selectOption('140521');
  await page.getByLabel('名稱或地址').fill('羊汤');
  await page.getByRole('button', { name: '搜尋', exact: true }).click();
  await expect(page.getByTestId('merchant')).toHaveCount(1);
  await expect(page.getByTestId('merchant')).toContainText('杏河羊湯館');
  await expect(page.getByTestId('merchant')).toContainText('餐飲券');
  await expect(page.getByLabel('類別'), 'what was asked for stays').toHaveValue('dining');
  await page.getByLabel('名稱或地址').fill('沒有這家');
  await page.getByRole('button', { name: '搜尋', exact: true }).click();
  await expect(page.getByRole('heading', { name: '沒有符合條件的商家' })).toBeVisible();
  await page.getByRole('main').getByRole('link', { name: '看全部商家' }).click();
  await expect(page.getByTestId('merchant')).toHaveCount(18);
});

test('a voucher leads to the merchants that take it', async ({ page }) => {
  await holder(page, invented(1));
  await page.goto('/wallet');
  const fuel = page.getByTestId('voucher').filter({ hasText: '加油券' });
  await fuel.getByRole('link', { name: '參與加油站' }).click();
  await expect(page).toHaveURL(/\/merchants\?kind=fuel$/);
  await expect(page.getByRole('heading', { name: '可用加油券的商家' })).toBeVisible();
  await expect(page.getByTestId('merchant')).toHaveCount(6);
});
