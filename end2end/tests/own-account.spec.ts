import { enterTill, oneTime, sampleShop, sampleStaff } from '../support/counter.ts';
import { expect, type Page, test } from '../support/test.ts';

/** Has a new password made and puts it in force; gives it. */
async function renew(page: Page, current: string): Promise<string> {
  const section = page.getByRole('region', { name: '更換密碼' });
  await section.getByLabel('目前的密碼').fill('not-this-one');
  await section.getByRole('button', { name: '產生新密碼' }).click();
  await expect(section.locator('[data-error=current]')).toBeVisible();
  await section.getByLabel('目前的密碼').fill(current);
  await section.getByRole('button', { name: '產生新密碼' }).click();
  const password = await page.getByTestId('offer').innerText();
  expect(password).toMatch(/^([a-z2-9]{5}-){3}[a-z2-9]{5}$/);
  // Loading the answer anew, or leaving it, loses nothing: the old one counts until the new one was typed again.
  await page.getByRole('link', { name: '不更換，返回' }).click();
  await section.getByLabel('目前的密碼').fill(current);
  await section.getByRole('button', { name: '產生新密碼' }).click();
  const offered = await page.getByTestId('offer').innerText();
  expect(offered).not.toBe(password);
  const again = page.getByLabel('再輸入一次新密碼');
  await again.fill(password);
  await page.getByRole('button', { name: '啟用新密碼' }).click();
  await expect(page.locator('[data-error=again]')).toBeVisible();
  await again.fill(offered);
  await page.getByRole('button', { name: '啟用新密碼' }).click();
  await expect(page.getByRole('status').filter({ hasText: '新密碼已生效' })).toBeVisible();
  return offered;
}

test('staff renews a password, and every other session is out', async ({ page, another }) => {
  const { login, password, totp_secret } = await sampleStaff(page.request, 'operator');
  const enter = async (where: Page, later: number) => {
    await where.goto('/console');
    await where.getByLabel('帳號').fill(login);
    await where.getByLabel('密碼').fill(password);
    await where.getByLabel('動態驗證碼').fill(oneTime(totp_secret, later));
    await where.getByRole('button', { name: '登入' }).click();
    await expect(where.getByRole('heading', { level: 1, name: '總覽' })).toBeVisible();
  };
  const elsewhere = await another();
  await enter(elsewhere, 0);
  await enter(page, 1);
  await page.getByRole('link', { name: /我的帳號/ }).click();
  await expect(page.getByRole('heading', { level: 1, name: '我的帳號' })).toBeVisible();
  await expect(page.getByTestId('session')).toHaveCount(2);
  await renew(page, password);
  await expect(page.getByTestId('session')).toHaveCount(1);
  await elsewhere.goto('/console/rounds');
  await expect(elsewhere.getByLabel('動態驗證碼')).toBeVisible();
  await page.getByRole('link', { name: '輪次' }).first().click();
  await expect(page.getByRole('heading', { level: 1, name: '輪次' })).toBeVisible();
});

test('a cashier renews a password, and the old one no longer opens', async ({ page }) => {
  const shop = await sampleShop(page.request);
  await enterTill(page, shop);
  await page.goto('/till/today');
  await page.getByRole('link', { name: '我的帳號' }).click();
  const password = await renew(page, shop.cashier.password);
  await page.getByRole('button', { name: '登出' }).click();
  await page.getByLabel('帳號', { exact: true }).fill(shop.cashier.login);
  await page.getByLabel('密碼', { exact: true }).fill(shop.cashier.password);
  await page.getByRole('button', { name: '登入', exact: true }).click();
  await expect(page.locator('[data-error=wrong]')).toBeVisible();
  await enterTill(page, { ...shop, cashier: { login: shop.cashier.login, password } });
});

test('one of the other sessions is ended, and then all of them', async ({ page, another }) => {
  const shop = await sampleShop(page.request);
  const others = [await another(), await another()];
  for (const where of [...others, page]) await enterTill(where, shop);
  await page.goto('/till/account');
  await expect(page.getByTestId('session')).toHaveCount(3);
  const section = page.getByRole('region', { name: '登入中的會話' });
  const isIn = async (where: Page) => {
    await where.goto('/till');
    return (await where.getByLabel('券碼', { exact: true }).count()) === 1;
  };
  await section.getByRole('radio').nth(1).check();
  await section.getByLabel('目前的密碼').fill(shop.cashier.password);
  await section.getByRole('button', { name: '結束所選會話' }).click();
  await expect(page.getByRole('status').filter({ hasText: '所選會話已結束' })).toBeVisible();
  await expect(page.getByTestId('session')).toHaveCount(2);
  expect([await isIn(others[0]!), await isIn(others[1]!)].filter(Boolean)).toHaveLength(1);
  await section.getByLabel('目前的密碼').fill(shop.cashier.password);
  await section.getByRole('button', { name: '結束所選會話' }).click();
  await expect(page.getByTestId('session')).toHaveCount(1);
  expect([await isIn(others[0]!), await isIn(others[1]!)]).toEqual([false, false]);
});

test('what an administrator hands over is renewed before anything else', async ({ page, another }) => {
  const administrator = await another();
  const { login, password, totp_secret } = await sampleStaff(page.request, 'administrator');
  const enter = async (where: Page, name: string, word: string, secret: string) => {
    await where.goto('/console');
    await where.getByLabel('帳號').fill(name);
    await where.getByLabel('密碼').fill(word);
    await where.getByLabel('動態驗證碼').fill(oneTime(secret));
    await where.getByRole('button', { name: '登入' }).click();
  };
  await enter(administrator, login, password, totp_secret);
  await administrator.goto('/console/staff');
  const row = administrator.getByTestId('staff').filter({ hasText: 'approver' });
  await row.getByRole('button', { name: '重設密碼' }).click();
  const handed = administrator.getByTestId('handover').locator('code');
  const [first, secret] = [await handed.nth(0).innerText(), await handed.nth(1).innerText()];
  await enter(page, 'approver', first, secret);
  await expect(page.getByTestId('must-renew')).toBeVisible();
  await expect(page.getByRole('navigation', { name: '管理後台' })).toHaveCount(0);
  await page.goto('/console/rounds');
  await expect(page).toHaveURL('/console/account');
  await renew(page, first);
  await page.getByRole('link', { name: '輪次' }).first().click();
  await expect(page.getByRole('heading', { level: 1, name: '輪次' })).toBeVisible();
});
