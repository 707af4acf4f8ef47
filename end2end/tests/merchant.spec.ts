import { invented, signIn } from '../support/citizen.ts';
import { settled } from '../support/document.ts';
import { application, apply, atConsole, shops } from '../support/shop.ts';
import { expect, test } from '../support/test.ts';

test('a business applies, is approved, and gives its till a key', async ({ page, another }) => {
  await page.goto('/merchant');
  await expect(page).toHaveURL(/\/sign-in\?next=(\/|%2F)merchant$/);
  await signIn(page, invented(1));
  await page.goto('/merchant');
  await settled(page);
  await page.getByRole('button', { name: '提交申請' }).click();
  await expect(page.getByRole('alert')).toContainText('有幾處需要修改');
  await expect(page.locator('[data-error=name]')).toHaveText('請填寫這一欄。');
  await apply(page);
  await expect(page.getByTestId('merchant-state')).toHaveAttribute('data-state', 'applied');

  const clerk = await another();
  await atConsole(clerk, 'operator');
  await clerk.goto('/console/merchants');
  await clerk.getByRole('link', { name: application.name! }).click();
  await expect(clerk.getByRole('main')).toContainText('91440300708461136T');
  await clerk.getByRole('region', { name: '處理' }).getByLabel('理由（商家看得到）').fill('資料齊全');
  await clerk.getByRole('button', { name: '通過', exact: true }).click();
  await expect(clerk.getByRole('button', { name: '暫停' })).toBeVisible();

  await page.reload();
  await settled(page);
  await expect(page.getByTestId('merchant-state')).toContainText('參加中');
  await expect(page.getByTestId('merchant-state')).toContainText('資料齊全');
  await page.getByLabel('收銀端名稱').fill('一號收銀台');
  await page.getByRole('button', { name: '登記收銀端' }).click();
  await expect(page.getByTestId('till')).toContainText('使用中');
  await page.getByLabel('用途').fill('前台 POS');
  await page.getByLabel('用在哪裡').selectOption({ label: '一號收銀台' });
  await page.getByRole('button', { name: '產生密鑰' }).click();
  const key = await page.getByTestId('fresh-key').textContent();
  expect(key).toMatch(/^jqk_[0-9a-f]{64}$/);
  await page.goto('/merchant');
  await expect(page.getByTestId('fresh-key'), 'shown once').toHaveCount(0);
  const list = () => page.request.get('/api/v1/redemptions?date=2020-04-22', { headers: { Authorization: `Bearer ${key}` } });
  expect((await list()).status()).toBe(200);
  await page.getByRole('button', { name: '更換' }).click();
  await expect(page.getByTestId('fresh-key')).toBeVisible();
  await expect(page.getByTestId('key')).toHaveCount(2);
  expect((await list()).status(), 'the time of grace').toBe(200);
  await page.getByTestId('key').first().getByRole('button', { name: '作廢' }).click();
  await expect(page.getByTestId('key')).toHaveCount(1);
  expect((await list()).status()).toBe(401);

  await page.goto('/merchants?q=%E7%99%BD%E9%A9%AC%E5%AF%BA');
  await expect(page.getByTestId('merchant').filter({ hasText: application.name! })).toHaveCount(1);
});

test('a list of dishonest subjects is uploaded and suspends at once', async ({ page }) => {
  const [first] = await shops(page);
  await atConsole(page, 'operator');
  await page.goto(`/console/merchants/${first!.id}`);
  const code = await page.locator('dd').filter({ hasText: /^91\d{6}/ }).textContent();
  const send = async (text: string) => {
    await page.goto('/console/merchants');
    const file = { name: 'list.csv', mimeType: 'text/csv', buffer: Buffer.from(text) };
    await page.getByLabel('名單檔案').setInputFiles(file);
    await page.getByRole('button', { name: '匯入名單' }).click();
  };
  await send(`credit_code,name,reason\n${code},某某,拖欠貨款\n${code},某某,兩次\n`);
  await expect(page.getByTestId('import')).toContainText('第 3 行：和第 2 行重複');
  await send(`credit_code,name,reason\n${code},某某,拖欠貨款\n`);
  await expect(page.getByTestId('import')).toContainText('暫停商家 1 家');
  await page.getByRole('link', { name: first!.name }).click();
  await expect(page.getByRole('alert')).toContainText('拖欠貨款');
  await page.getByRole('region', { name: '處理' }).getByLabel('理由（商家看得到）').fill('再看看');
  await page.getByRole('button', { name: '恢復' }).click();
  await expect(page.getByRole('alert').first()).toContainText('它在失信名單上。');
  await send(`credit_code,name,reason\n${code},某某,拖欠貨款\n`);
  await expect(page.getByTestId('import')).toContainText('和上次的名單一樣');
});
