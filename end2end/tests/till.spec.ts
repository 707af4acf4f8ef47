import { claim, firstVoucher, invented, sampleCitizens, signIn } from '../support/citizen.ts';
import { atTill, codeOf, enterTill, sampleShop, type, withVouchers } from '../support/counter.ts';
import { expect, type Page, test } from '../support/test.ts';

/** Presses 核銷 and comes to the sum: with JavaScript it is there already, without it is the next page. */
async function toTheSum(page: Page, javaScriptEnabled: boolean | undefined): Promise<void> {
  if (javaScriptEnabled === false) {
    await page.getByRole('button', { name: '核銷' }).click();
    await expect(page.getByRole('heading', { level: 1, name: '請核對金額' })).toBeVisible();
  }
}

test('a citizen claims and shows the code, a cashier types it and collects what is left', async ({
  page,
  another,
  javaScriptEnabled,
}) => {
  const [citizen] = await sampleCitizens(page);
  await signIn(page, citizen!);
  await page.goto('/');
  await claim(page);
  await page.goto(await firstVoucher(page));
  const digits = (await page.getByTestId('voucher-code').innerText()).replaceAll(/\s/g, '');
  expect(digits).toMatch(/^\d{12}$/);

  const till = await another();
  const shop = await sampleShop(till.request);
  await enterTill(till, shop);
  await type(till, digits, '50.00', '5.00');
  await toTheSum(till, javaScriptEnabled);
  const quote = till.locator('[data-quote]');
  for (const words of ['¥50.00', '−¥5.00', '−¥10.00', '¥35.00']) await expect(quote).toContainText(words);
  await expect(quote).toContainText(`持券人 ${citizen!.name[0]}*`);
  await expect(quote.getByTestId('to-pay')).toHaveText('¥35.00');

  await till.getByRole('button', { name: '核銷' }).click();
  await expect(till.getByRole('heading', { level: 1, name: '核銷成功' })).toBeVisible();
  await expect(till).toHaveURL(/\/till\/receipts\/[0-9A-Z]{26}/);
  await expect(till.getByTestId('to-pay').first()).toHaveText('¥35.00');

  // The phone of the citizen says so by itself; without JavaScript at its next step.
  if (javaScriptEnabled === false) await page.reload();
  await expect(page.getByText('已使用', { exact: true })).toBeVisible({ timeout: 15_000 });
  if (javaScriptEnabled !== false) await expect(page.locator('body > [role=status]')).toContainText(shop.name);
  await expect(page.getByTestId('used-at')).toContainText(shop.name);
  await expect(page.getByTestId('used-at')).toContainText('4 月 22 日');
});

test('the day, its totals, and a refund of a part and of all', async ({ page, another, javaScriptEnabled }) => {
  const citizen = await another();
  const [voucher] = await withVouchers(citizen, invented(1));
  await atTill(page);
  await page.goto('/till');
  await type(page, (await codeOf(citizen, voucher!)).digits, '50', '5');
  await toTheSum(page, javaScriptEnabled);
  await page.getByRole('button', { name: '核銷' }).click();
  await expect(page.getByRole('heading', { level: 1, name: '核銷成功' })).toBeVisible();

  await page.goto('/till/today');
  await expect(page.getByTestId('today').getByRole('listitem')).toHaveCount(1);
  await expect(page.getByTestId('totals')).toContainText('¥10.00');
  await page.getByRole('link', { name: '退款' }).click();
  await expect(page.getByLabel('退款金額')).toHaveValue('35.00');
  await page.getByLabel('退款金額').fill('36');
  await page.getByRole('button', { name: '退款' }).click();
  await expect(page.locator('[data-refusal=refund_exceeds_order]')).toBeVisible();
  await page.getByLabel('退款金額').fill('35');
  await page.getByRole('button', { name: '退款' }).click();
  await expect(page.getByRole('heading', { level: 1, name: '退款已登記' })).toBeVisible();
  await expect(page.getByTestId('receipt')).toContainText('券已退回');
  await citizen.goto('/wallet');
  await expect(citizen.getByTestId('voucher').getByText('可使用', { exact: true })).toHaveCount(5);
});

test('a refusal says why and what to do', async ({ page, another, javaScriptEnabled }) => {
  const citizen = await another();
  const [voucher] = await withVouchers(citizen, invented(2));
  await atTill(page);
  await page.goto('/till');
  await type(page, (await codeOf(citizen, voucher!)).digits, '44', '5');
  if (javaScriptEnabled === false) await page.getByRole('button', { name: '核銷' }).click();
  const refusal = page.locator('[data-refusal=below_minimum_spend]');
  await expect(refusal).toContainText('減去商家優惠後，沒有達到最低消費');
  await expect(refusal).toContainText('不用券應收 ¥39.00');
  if (javaScriptEnabled === false) {
    await page.getByRole('button', { name: '修改' }).click();
  } else {
    await expect(page.getByRole('button', { name: '核銷' })).toBeDisabled();
  }
  await expect(page.getByLabel('訂單金額')).toHaveValue('44');
  await page.getByLabel('訂單金額').fill('45');
  await toTheSum(page, javaScriptEnabled);
  await expect(page.locator('[data-quote]').getByTestId('to-pay')).toHaveText('¥30.00');
});

test('a wrong password is said, and the login is kept', async ({ page }) => {
  const { cashier } = await sampleShop(page.request);
  await page.goto('/till');
  await page.getByLabel('帳號').fill(cashier.login);
  await page.getByLabel('密碼').fill('wrong');
  await page.getByRole('button', { name: '登入' }).click();
  await expect(page.locator('[data-error=wrong]')).toBeVisible();
  await expect(page.getByLabel('帳號')).toHaveValue(cashier.login);
});

test('signing out ends the session', async ({ page }) => {
  await atTill(page);
  await page.goto('/till');
  const cookies = await page.context().cookies();
  await page.getByRole('button', { name: '登出' }).click();
  await expect(page.getByLabel('密碼')).toBeVisible();
  await page.context().addCookies(cookies);
  await page.goto('/till');
  await expect(page.getByLabel('密碼'), 'the old cookie opens nothing').toBeVisible();
});
