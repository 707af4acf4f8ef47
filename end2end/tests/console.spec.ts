import { oneTime, sampleStaff } from '../support/counter.ts';
import { expect, test } from '../support/test.ts';

test('an operator signs in with a one-time password, and each opens once', async ({ page, another }) => {
  const { login, password, totp_secret } = await sampleStaff(page.request, 'operator');
  const code = oneTime(totp_secret);
  const enter = async (where: typeof page, typed: string) => {
    await where.goto('/console');
    await where.getByLabel('帳號').fill(login);
    await where.getByLabel('密碼').fill(password);
    await where.getByLabel('動態驗證碼').fill(typed);
    await where.getByRole('button', { name: '登入' }).click();
  };
  await enter(page, code);
  await expect(page.getByRole('heading', { level: 1, name: '總覽' })).toBeVisible();
  await expect(page.getByRole('navigation', { name: '管理後台' }).getByRole('link', { name: '商家' })).toBeVisible();
  const other = await another();
  await enter(other, code);
  await expect(other.locator('[data-error=wrong]')).toBeVisible();
  await enter(other, oneTime(totp_secret, 1));
  await expect(other.getByRole('heading', { level: 1, name: '總覽' })).toBeVisible();
  await page.getByRole('button', { name: '登出' }).click();
  await expect(page.getByLabel('動態驗證碼')).toBeVisible();
});

test('whoever is signed out is led to the sign-in, and back', async ({ page }) => {
  await page.goto('/console/merchants');
  await expect(page).toHaveURL('/console?next=/console/merchants');
  await expect(page.getByLabel('動態驗證碼')).toBeVisible();
});
