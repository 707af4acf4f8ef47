import { awake } from '../support/document.ts';
import { expect, test } from '../support/test.ts';

test.describe('the person allows the position', () => {
  test.use({ geolocation: { latitude: 35.775, longitude: 113.279 }, permissions: ['geolocation'] });

  test('nearest first, only when the person presses', async ({ page }) => {
    await page.goto('/merchants?category=fuel');
    await awake(page);
    expect(page.url()).not.toContain('near');
    await page.getByRole('button', { name: '按離我遠近排序' }).click();
    await expect(page).toHaveURL(/category=fuel&near=35\.775000,113\.279000/);
    await expect(page.getByTestId('merchant').first()).toContainText('王莽嶺加油站');
    await expect(page.getByTestId('merchant').first()).toContainText('約');
    await page.getByRole('link', { name: '取消排序' }).click();
    await expect(page.getByRole('button', { name: '按離我遠近排序' })).toBeVisible();
  });
});

test('a position that is not given changes nothing', async ({ page }) => {
  await page.goto('/merchants');
  await awake(page);
  await page.getByRole('button', { name: '按離我遠近排序' }).click();
  await expect(page.getByText('沒有取得位置，列表沒有改變。')).toBeVisible();
  await expect(page.getByTestId('merchant')).toHaveCount(18);
});

test('the credit code is checked as soon as it is written', async ({ page }) => {
  const form = { name: '晉一', identity_number: '140502196809150029', account: 'main', next: '/' };
  await page.request.post('/sign-in/demo', { form, maxRedirects: 0 });
  await page.goto('/merchant');
  await awake(page);
  const code = page.getByLabel('統一社會信用代碼');
  await code.fill('91440300708461136X');
  await code.blur();
  await expect(page.locator('[data-error=credit_code]')).toHaveText('校驗碼對不上，請對照營業執照再看一遍。');
  await expect(code).toHaveAttribute('aria-invalid', 'true');
  await code.fill('９１440300 708461136t');
  await code.blur();
  await expect(page.getByText('代碼有效。')).toBeVisible();
  await expect(code).toHaveAttribute('aria-invalid', 'false');
});
