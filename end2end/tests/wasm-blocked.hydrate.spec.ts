import { claim, invented, offered, signIn } from '../support/citizen.ts';
import { expect, test } from '../support/test.ts';

// A browser that runs our script but cannot have the module: an old kernel, or a network that drops it.
test.beforeEach(async ({ page }) => {
  await page.route('**/*.wasm', (route) => route.abort());
});

test.describe('inside the round', () => {
  test('a claim goes through the form', async ({ page }) => {
    const { name, identity_number } = invented(1);
    await page.goto('/');
    await page.getByRole('button', { name: '立即領取' }).click();
    await page.getByLabel('姓名', { exact: true }).fill(name);
    await page.getByLabel('身份證號碼', { exact: true }).fill(identity_number);
    await page.getByRole('button', { name: '登入', exact: true }).click();
    await expect(page).toHaveURL('/');
    await claim(page);
    await expect(page).toHaveURL('/wallet');
    await expect(page.getByRole('link', { name: '出示券碼' })).toHaveCount(5);
  });
});

test.describe('before the opening', () => {
  test.use({ serving: { now: '2020-04-22T08:59:50+08:00' } });

  test('the countdown runs, the page comes back with the button, and the claim succeeds', async ({ page, request }) => {
    await signIn(page, invented(2));
    await page.goto('/');
    await expect(page.getByTestId('countdown')).toBeVisible();
    await expect(page.getByRole('button', { name: '立即領取' })).toHaveCount(0);
    await expect(page.getByRole('button', { name: '立即領取' })).toBeVisible({ timeout: 25_000 });
    const { server_time } = await (await request.get('/api/v1/rounds/r1')).json();
    expect(Date.parse(server_time) - Date.parse('2020-04-22T09:00:00+08:00')).toBeLessThanOrEqual(5_000);
    await claim(page);
    await expect(page).toHaveURL('/wallet');
  });
});

test.describe('at the till', () => {
  test.use({ serving: { now: '2020-04-22T10:00:15+08:00' } });

  test('the code page shows the next code by itself', async ({ page }) => {
    await signIn(page, invented(3));
    await page.goto('/');
    await claim(page);
    const [address] = await offered(page);
    await page.goto(address!);
    const code = page.getByTestId('voucher-code');
    const digits = await code.innerText();
    await expect(code).not.toHaveText(digits, { timeout: 30_000 });
    await expect(code).toHaveText(/^\s*\d{4}\s+\d{4}\s+\d{4}\s*$/);
  });
});
