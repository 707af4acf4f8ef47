import { claim, invented, post, signIn } from '../support/citizen.ts';
import { awake, mark, marked } from '../support/document.ts';
import { expect, test } from '../support/test.ts';

test.use({ serving: { now: '2020-04-22T08:59:45+08:00' } });

test('the button appears on time, without a reload, and the claim succeeds', async ({ page }) => {
  await signIn(page, invented(1));
  await page.goto('/');
  await awake(page);
  await mark(page);
  const countdown = page.getByTestId('countdown');
  await expect(countdown).toBeVisible();
  await expect(page.getByRole('timer')).toBeVisible();
  await expect(page.getByRole('button', { name: '立即領取' })).toHaveCount(0);
  const said = await countdown.innerText();
  await expect(countdown, 'it runs').not.toHaveText(said);

  const key = 'forced-before-the-opening';
  const early = await post(page, key);
  expect(early.status()).toBe(409);
  expect((await early.json()).code).toBe('not_open_yet');
  expect(Number(early.headers()['retry-after'])).toBeGreaterThan(0);

  await expect(page.getByRole('button', { name: '立即領取' })).toBeVisible({ timeout: 20_000 });
  await claim(page);
  expect(await marked(page), 'the document is the same').toBe(true);

  const holds = await post(page, key);
  expect((await holds.json()).code).toBe('already_claimed');
});

test('a key that was refused too early succeeds after the opening', async ({ page }) => {
  await signIn(page, invented(2));
  const key = 'the-same-key';
  expect((await post(page, key)).status()).toBe(409);
  await expect.poll(async () => (await post(page, key)).status(), { timeout: 25_000 }).toBe(201);
  const again = await post(page, key);
  expect(again.status()).toBe(201);
  expect(again.headers()['idempotent-replayed']).toBe('true');
});
