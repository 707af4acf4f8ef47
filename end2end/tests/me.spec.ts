import { holder, invented, signIn } from '../support/citizen.ts';
import { expect, test } from '../support/test.ts';

test('what is agreed to is taken back and given again, and the landing page says so', async ({ page }) => {
  await signIn(page, invented(31));
  await page.goto('/me');
  await expect(page.getByRole('heading', { level: 1, name: '我的', exact: true })).toBeVisible();
  const risk = page.getByTestId('consent').filter({ hasText: '風險評估' });
  await expect(risk).toContainText('已同意');
  await risk.getByRole('button', { name: '撤回同意' }).click();
  await expect(page.getByTestId('consent').filter({ hasText: '風險評估' })).toContainText('未同意');
  await page.goto('/');
  await expect(page.locator('[data-refusal=consent_required]')).toBeVisible();
  await page.goto('/me');
  await page.getByTestId('consent').filter({ hasText: '風險評估' }).getByRole('button', { name: '同意', exact: true }).click();
  await expect(page.getByTestId('consent').filter({ hasText: '風險評估' })).toContainText('已同意');
  await page.goto('/');
  await expect(page.getByRole('button', { name: '立即領取' })).toBeVisible();
});

test('leaving is explained, confirmed, and frees no second claim', async ({ page }) => {
  await holder(page, invented(32));
  await page.goto('/me');
  await page.getByRole('link', { name: '註銷帳號' }).click();
  await expect(page.getByText('您還有 5 張可以使用')).toBeVisible();
  await page.getByRole('button', { name: '確認註銷' }).click();
  await expect(page.locator('[data-error=understood]')).toBeVisible();
  await page.getByLabel('我明白註銷後的結果').check();
  await page.getByRole('button', { name: '確認註銷' }).click();
  await expect(page.getByRole('heading', { level: 1, name: '帳號已註銷' })).toBeVisible();
  await page.goto('/wallet');
  await expect(page).toHaveURL(/\/sign-in/);
  await signIn(page, invented(32));
  await page.goto('/wallet');
  await expect(page.getByRole('link', { name: '出示券碼' })).toHaveCount(5);
});
