import { oneTime, renewPassword, sampleStaff } from '../support/counter.ts';
import { expect, type Page, test } from '../support/test.ts';

async function enter(page: Page, role: string): Promise<void> {
  const { login, password, totp_secret } = await sampleStaff(page.request, role);
  await page.goto('/console');
  await page.getByRole('textbox', { name: '帳號' }).fill(login);
  await page.getByLabel('密碼').fill(password);
  await page.getByLabel('動態驗證碼').fill(oneTime(totp_secret));
  await page.getByRole('button', { name: '登入' }).click();
}

test('an administrator adds an account that works once it is handed over', async ({ page, another }) => {
  await enter(page, 'administrator');
  await page.getByRole('navigation', { name: '管理後台' }).getByRole('link', { name: '帳號' }).click();
  await page.getByRole('textbox', { name: '帳號' }).fill('wang.fang');
  await page.getByLabel('職責').selectOption({ label: '審計' });
  await page.getByRole('button', { name: '新增帳號' }).click();
  const handover = page.getByTestId('handover');
  const [password, secret] = await handover.locator('code').allTextContents();
  const other = await another();
  await other.goto('/console');
  await other.getByLabel('帳號').fill('wang.fang');
  await other.getByLabel('密碼').fill(password!);
  await other.getByLabel('動態驗證碼').fill(oneTime(secret!));
  await other.getByRole('button', { name: '登入' }).click();
  await renewPassword(other, password!);
  await other.getByRole('navigation', { name: '管理後台' }).getByRole('link', { name: '審計記錄' }).click();
  const added = other.getByTestId('record').filter({ hasText: 'staff:wang.fang' }).filter({ hasText: '新增帳號' });
  await expect(added).toContainText('administrator');
  const download = other.waitForEvent('download');
  await other.getByRole('link', { name: /下載 CSV/ }).click();
  const file = await download;
  expect(file.suggestedFilename()).toMatch(/^audit-.*\.csv$/);
  await page.goto('/console/staff');
  await page.getByRole('button', { name: '停用帳號 wang.fang' }).click();
  await other.goto('/console/audit');
  await expect(other.getByLabel('動態驗證碼')).toBeVisible();
});
