import { readFile } from 'node:fs/promises';
import { invented } from '../support/citizen.ts';
import { atConsole, atTill, codeOf, withVouchers } from '../support/counter.ts';
import { counted } from '../support/results.ts';
import { expect, test } from '../support/test.ts';

test('the figures of the press report, from the file that is shipped', async ({ page }) => {
  await page.goto('/');
  await page.getByRole('link', { name: '活動成效' }).click();
  await expect(page.getByRole('heading', { level: 1, name: '活動成效' })).toBeVisible();
  const [first, second] = [page.getByTestId('programme-phase-1'), page.getByTestId('programme-phase-2-city-life')];
  for (const words of ['12.0 倍', '¥28,000', '¥1,265,000', '¥420,000', '¥14,131,000', '來源未載']) {
    await expect(first).toContainText(words);
  }
  for (const words of ['11.83 倍', '¥4,480,000', '¥53,000,000']) await expect(second).toContainText(words);
  await expect(page.getByTestId('programmes-together')).toContainText('11.53 倍');
  await expect(page.getByTestId('results-none')).toBeVisible();
});

test('a sale is in the figures, the chart, its table and its file', async ({ page, another }) => {
  const [voucher] = await withVouchers(page, invented(1));
  const till = await another();
  await atTill(till);
  const { digits } = await codeOf(page, voucher!);
  await till.request.post('/till/redeem', { form: { key: 'k1', code: digits, order: '50', coupon: '5' } });
  await counted(page, 'results-sales', '¥45');
  await expect(page.getByRole('img', { name: '每日核銷金額，4 月 22 日 至 4 月 22 日，最高 ¥10（4 月 22 日）。' })).toBeVisible();
  const daily = page.getByRole('region', { name: '每日用券與銷售' });
  await daily.getByText('看表格').click();
  await expect(daily.getByRole('row', { name: '4/22 1 ¥10 ¥45' })).toBeVisible();
  const file = page.waitForEvent('download');
  await daily.getByRole('link', { name: '下載 CSV' }).click();
  const text = await readFile(await (await file).path(), 'utf8');
  expect(text).toBe('day,vouchers,redeemed_fen,sales_fen\r\n2020-04-22,1,1000,4500\r\n');
});

test('the console shows the same, and what a plan may come to', async ({ page }) => {
  await atConsole(page, 'operator');
  await page.goto('/console');
  const ways = page.getByRole('navigation', { name: '管理後台' });
  await ways.getByRole('link', { name: '數據' }).click();
  await expect(page.getByRole('heading', { level: 1, name: '數據' })).toBeVisible();
  await expect(page.getByTestId('results-pool')).toContainText('¥12,000,000');
  await ways.getByRole('link', { name: '推演' }).click();
  await page.getByLabel('卡包套數').fill('60000');
  await page.getByLabel('每套面額（元）').fill('50');
  await page.getByLabel('開放天數').fill('7');
  await page.getByRole('button', { name: '推演' }).click();
  const forecast = page.getByTestId('forecast');
  await expect(forecast).toContainText('¥3,000,000');
  await expect(forecast).toContainText('過去的數據太少，無法推算');
  await expect(forecast).toContainText('8.28 倍 至 15.38 倍');
});
