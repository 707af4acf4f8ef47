import { campaigns } from '../support/campaign.ts';
import { claim, invented, signIn } from '../support/citizen.ts';
import { codeOf, enterTill, type Shop, type } from '../support/counter.ts';
import { counted } from '../support/results.ts';
import { expect, type Page, test } from '../support/test.ts';

interface Held {
  id: string;
  kind: string;
  face_fen: number;
}

/** The person's vouchers, in the order of the wallet. */
async function vouchers(page: Page): Promise<Held[]> {
  const { claims } = await (await page.request.get('/api/v1/wallet')).json();
  return claims.flatMap((one: { vouchers: Held[] }) => one.vouchers);
}

/** Signs the cashier of the first shop of a category in. */
async function tillOf(page: Page, category: string): Promise<void> {
  const { merchants } = await (await page.request.get('/demo.json')).json();
  await enterTill(page, merchants.find((shop: Shop) => shop.category === category));
}

/** Types a sale and redeems, whatever the browser can; without JavaScript the sum is a page of its own. */
async function redeem(till: Page, code: string, order: string, javaScriptEnabled: boolean | undefined): Promise<void> {
  await type(till, code, order);
  if (javaScriptEnabled === false) await till.getByRole('button', { name: '核銷' }).click();
  await expect(till.locator('[data-quote]').first()).toBeVisible();
  await till.getByRole('button', { name: '核銷' }).click();
  await expect(till.getByRole('heading', { level: 1, name: '核銷成功' })).toBeVisible();
}

test.describe('the same city, a year later', () => {
  test.use({ serving: { now: '2021-06-05T10:00:00+08:00', campaign: campaigns.severalPacks } });

  test('the file of 2021 is claimed, pointed at, redeemed and counted', async ({ page, another, javaScriptEnabled }) => {
    await signIn(page, invented(1));
    for (const name of ['零售滿50減10', '零售滿200減40']) {
      await page.goto('/');
      await claim(page, page.getByRole('group', { name }));
    }
    // Largest discount first: the wallet's next voucher, and the till's advice.
    await page.goto('/wallet');
    await expect(page.getByRole('article', { name: '零售券' }).first()).toContainText('¥40');
    const held = await vouchers(page);
    const [small, large] = [1_000, 4_000].map((fen) => held.find((voucher) => voucher.face_fen === fen)!);

    const till = await another();
    await tillOf(till, 'retail');
    await type(till, (await codeOf(page, small!.id)).digits, '250');
    if (javaScriptEnabled === false) await till.getByRole('button', { name: '核銷' }).click();
    await expect(till.locator('[data-better]').first()).toContainText('零售券');
    await expect(till.locator('[data-better]').first()).toContainText('40');

    await till.goto('/till');
    await redeem(till, (await codeOf(page, large!.id)).digits, '250', javaScriptEnabled);
    await counted(page, 'results-redeemed', '¥40');
    await expect(page.getByTestId('results-issued')).toContainText('¥50');
    await expect(page.getByTestId('results-per-redeemed')).toContainText('6.25 倍');
    await expect(page.getByRole('table', { name: '按商家類別' })).toContainText('零售');
    // No past was brought, so none is shown.
    await expect(page.getByRole('heading', { name: '此前各期' })).toHaveCount(0);
  });
});

test.describe('another city', () => {
  test.use({ serving: { now: '2022-07-01T11:00:00+08:00', campaign: campaigns.secondCity } });

  test('a city with its own slogan, districts and kinds needs a file alone', async ({
    page,
    another,
    javaScriptEnabled,
  }) => {
    await signIn(page, invented(1));
    await page.goto('/');
    await expect(page.getByRole('heading', { level: 1, name: '雲起川流·樂購一夏' })).toBeVisible();
    await claim(page);
    await page.goto('/wallet');
    await expect(page.getByRole('article', { name: '書香券' })).toHaveCount(2);
    await expect(page.getByRole('article', { name: '茶敘券' })).toHaveCount(3);

    const till = await another();
    await tillOf(till, 'teahouse');
    const [tea] = (await vouchers(page)).filter((voucher) => voucher.kind === 'tea');
    await redeem(till, (await codeOf(page, tea!.id)).digits, '36', javaScriptEnabled);
    await counted(page, 'results-redeemed', '¥10');
    await expect(page.getByRole('table', { name: '按商家類別' })).toContainText('茶館');
    await expect(page.getByRole('table', { name: '按區縣' })).toContainText('雲東區');
    await page.goto('/merchants?district=999902');
    await expect(page.getByText('川西縣書店').first()).toBeVisible();
    await expect(page.getByRole('main'), 'no other city is named').not.toContainText('晉城');
  });
});
