import { claim, invented, signIn } from '../support/citizen.ts';
import { small } from '../support/layout.ts';
import { expect, type Page, test } from '../support/test.ts';

const html = 'html';

test('traditional Chinese is spoken first', async ({ page }) => {
  await page.goto('/rules');
  await expect(page.locator(html)).toHaveAttribute('lang', 'zh-Hant');
  await expect(page.getByRole('heading', { level: 1, name: '活動規則' })).toBeVisible();
});

test.describe('a browser of the mainland', () => {
  test.use({ locale: 'zh-CN' });

  test('is spoken to in simplified Chinese', async ({ page }) => {
    await page.goto('/rules');
    await expect(page.locator(html)).toHaveAttribute('lang', 'zh-Hans');
    await expect(page.getByRole('heading', { level: 1, name: '活动规则' })).toBeVisible();
  });
});

test('a language that is asked for in the address stays', async ({ page }) => {
  await page.goto('/?lang=en');
  await expect(page.locator(html)).toHaveAttribute('lang', 'en');
  await expect(page.getByRole('button', { name: 'Claim now' })).toBeVisible();
  await page.goto('/rules');
  await expect(page.locator(html)).toHaveAttribute('lang', 'en');
  await page.goto('/rules?lang=zh-Hans');
  await expect(page.locator(html)).toHaveAttribute('lang', 'zh-Hans');
  await page.goto('/');
  await expect(page.getByRole('button', { name: '立即领取' })).toBeVisible();
});

test('a language is chosen by its own name, and the page stays', async ({ page }) => {
  await page.goto('/rules');
  await page.getByRole('button', { name: 'English' }).click();
  await expect(page.locator(html)).toHaveAttribute('lang', 'en');
  await expect(page).toHaveURL('/rules');
  await page.getByRole('button', { name: '繁體中文' }).click();
  await expect(page.locator(html)).toHaveAttribute('lang', 'zh-Hant');
  await expect(page).toHaveURL('/rules');
});

/** What of the bar's status does not fit into its place. */
function cut(page: Page): Promise<string[]> {
  return page.locator('.claim-bar__status, .claim-bar__status *').evaluateAll((parts) =>
    parts
      .filter((part) => part.clientWidth > 0)
      .filter((part) => part.scrollWidth > part.clientWidth || part.scrollHeight > part.clientHeight)
      .map((part) => part.outerHTML),
  );
}

/** How many rows the bar's status takes; one of 32 px each in the elder version. */
function rows(page: Page): Promise<number> {
  return page.locator('.claim-bar__status').evaluate((status) => Math.round(status.clientHeight / 32));
}

test('the elder version has large text and large targets, and claims', async ({ page }) => {
  await signIn(page, invented(1));
  await page.goto('/?view=elder');
  await expect(page.locator(html)).toHaveAttribute('data-view', 'elder');
  expect(await small(page)).toEqual([]);
  await page.setViewportSize({ width: 360, height: 640 });
  for (const language of ['en', 'zh-Hant']) {
    await page.goto(`/?view=elder&lang=${language}`);
    await expect(page.locator(html)).toHaveAttribute('lang', language);
    expect(await cut(page), language).toEqual([]);
    expect(await rows(page), `${language}: no row is empty`).toBe(1);
  }
  await page.locator('.claim-bar__detail').evaluate((detail) => detail.append('，請留在本頁'));
  expect(await cut(page), 'what does not fit beside the word stands below it').toEqual([]);
  expect(await rows(page)).toBe(2);
  await page.reload();
  await claim(page);
  expect(await cut(page)).toEqual([]);
  await page.goto('/wallet');
  expect(await small(page)).toEqual([]);
  await expect(page.locator(html), 'the choice stays').toHaveAttribute('data-view', 'elder');
  await page.getByRole('button', { name: '標準版' }).click();
  await expect(page.locator(html)).toHaveAttribute('data-view', 'standard');
  await expect(page).toHaveURL('/wallet');
});
