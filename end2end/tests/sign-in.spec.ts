import { invented, signIn } from '../support/citizen.ts';
import { expect, type Page, test } from '../support/test.ts';

async function enter(page: Page, name: string, number: string) {
  await page.goto('/sign-in');
  await page.getByLabel('姓名', { exact: true }).fill(name);
  await page.getByLabel('身份證號碼', { exact: true }).fill(number);
  return Promise.all([
    page.waitForResponse((answer) => answer.request().method() === 'POST'),
    page.getByRole('button', { name: '登入', exact: true }).click(),
  ]);
}

test('any person with a valid number enters', async ({ page }) => {
  const { name, identity_number } = invented(1);
  await enter(page, name, identity_number);
  await expect(page).toHaveURL('/');
  await expect(page.getByRole('button', { name: '立即領取' })).toBeVisible();
});

test('a number in full-width characters is the same number', async ({ page }) => {
  const { name, identity_number } = invented(2);
  const wide = [...identity_number].map((character) => String.fromCharCode(character.charCodeAt(0) + 0xfee0));
  await enter(page, name, wide.join(''));
  await expect(page).toHaveURL('/');
});

test('a wrong number is refused beside its field, and the name is kept', async ({ page }) => {
  const [answer] = await enter(page, '張三', '140502199001010010');
  expect(answer.status()).toBe(422);
  await expect(page.locator('[data-error=identity_number]')).toBeVisible();
  await expect(page.getByLabel('姓名', { exact: true })).toHaveValue('張三');
  await expect(page.getByLabel('身份證號碼', { exact: true })).toHaveAttribute('aria-invalid', 'true');
  expect((await page.request.get('/wallet', { maxRedirects: 0 })).status()).toBe(303);
});

test('a wallet asks for the person, and comes back', async ({ page }) => {
  const { name, identity_number } = invented(3);
  await page.goto('/wallet');
  await expect(page).toHaveURL('/sign-in?next=/wallet');
  await page.getByLabel('姓名', { exact: true }).fill(name);
  await page.getByLabel('身份證號碼', { exact: true }).fill(identity_number);
  await page.getByRole('button', { name: '登入', exact: true }).click();
  await expect(page).toHaveURL('/wallet');
  await expect(page.getByRole('heading', { level: 1, name: '我的卡包' })).toBeVisible();
});

test('no address leads to another site after signing in', async ({ page }) => {
  const person = invented(4);
  for (const next of ['https://example.org/', '//example.org/', '/\\example.org']) {
    const form = { ...person, next };
    const answer = await page.request.post('/sign-in/demo', { form, maxRedirects: 0 });
    expect(answer.headers().location).toBe('/');
  }
});

test('signing out ends the session', async ({ page }) => {
  await signIn(page, invented(5));
  await page.goto('/wallet');
  const cookies = await page.context().cookies();
  await page.getByRole('button', { name: '登出' }).click();
  await expect(page).toHaveURL('/');
  await expect(page.getByRole('link', { name: '登入' }).first()).toBeVisible();
  await page.goto('/wallet');
  await expect(page).toHaveURL('/sign-in?next=/wallet');

  await page.context().addCookies(cookies);
  await page.goto('/wallet');
  await expect(page, 'the old cookie opens nothing').toHaveURL('/sign-in?next=/wallet');
});
