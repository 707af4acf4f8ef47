import { campaigns, holdsEverybody } from '../support/campaign.ts';
import { post, remaining, sampleCitizens, signIn } from '../support/citizen.ts';
import { atConsole } from '../support/counter.ts';
import { settled } from '../support/document.ts';
import { expect, inside, type Page, test } from '../support/test.ts';

test.use({ serving: { now: inside, campaign: campaigns.shipped, risk: holdsEverybody } });

/** Presses the button of the landing page; the claim is held. */
async function held(page: Page): Promise<void> {
  const [citizen] = await sampleCitizens(page);
  await signIn(page, citizen!);
  await page.goto('/');
  await settled(page);
  await page.getByRole('button', { name: '立即領取' }).click();
  await expect(page.getByTestId('held')).toBeVisible();
  await expect(page.getByTestId('held')).toContainText('4 月 23 日');
}

/** Opens the held claim that the desk has to decide first. */
async function atDesk(desk: Page): Promise<void> {
  await atConsole(desk, 'operator');
  await desk.goto('/console/risk');
  await desk.getByTestId('held-claim').first().getByRole('link').click();
  await expect(desk.getByRole('heading', { name: '依據' })).toBeVisible();
}

test('a granted claim is in the wallet with nothing being pressed', async ({ page, another, javaScriptEnabled }) => {
  await held(page);
  expect(await remaining(page)).toBe(59_999);
  await page.goto('/wallet');
  await expect(page.getByTestId('held')).toBeVisible();
  await expect(page.getByTestId('voucher')).toHaveCount(0);
  const desk = await another();
  await atDesk(desk);
  await desk.getByLabel('理由').fill('電話核對過');
  await desk.getByRole('button', { name: '批准領取' }).click();
  await expect(desk.locator('[data-state=granted]')).toBeVisible();
  // Without JavaScript the page asks again after half a minute; nobody waits for that here.
  if (!javaScriptEnabled) await page.reload();
  await expect(page.getByTestId('voucher')).toHaveCount(5, { timeout: 15_000 });
  await expect(page.getByTestId('held')).toHaveCount(0);
  if (javaScriptEnabled) await expect(page.locator('body > [role=status]')).toContainText('我的卡包');
});

test('who was refused appeals, and claims again once that is upheld', async ({ page, another, javaScriptEnabled }) => {
  await held(page);
  const desk = await another();
  await atDesk(desk);
  await desk.getByLabel('理由').fill('看起來不是本人');
  await desk.getByRole('button', { name: '拒絕領取' }).click();
  await expect(desk.locator('[data-state=refused]')).toBeVisible();
  if (javaScriptEnabled) {
    await expect(page.getByTestId('held'), 'the page that is open hears of it').toHaveCount(0, { timeout: 15_000 });
  }
  await page.goto('/wallet');
  await expect(page.locator('[data-held=refused]')).toBeVisible();
  await page.getByRole('link', { name: '提出申訴' }).click();
  await expect(page.getByRole('heading', { level: 1, name: '我的申訴' })).toBeVisible();
  await page.getByLabel('您要說明的情況').fill('是我本人，在公司的電腦上領的。');
  await page.getByRole('button', { name: '提出申訴' }).click();
  await expect(page.getByText('等待答覆')).toBeVisible();

  await desk.goto('/console/risk?tab=appeals');
  await desk.getByTestId('appeal').getByRole('link').click();
  await expect(desk.getByTestId('words')).toContainText('在公司的電腦上領的');
  await desk.getByLabel('答覆').fill('已經核對，是您本人');
  await desk.getByRole('button', { name: '申訴成立', exact: true }).click();
  await expect(desk.locator('[data-state=upheld]')).toBeVisible();
  await page.goto('/me/appeals');
  await expect(page.getByTestId('answer')).toContainText('已經核對，是您本人');
  await page.goto('/');
  await settled(page);
  await page.getByRole('button', { name: '立即領取' }).click();
  await expect(page.getByTestId('granted').or(page.getByTestId('voucher')).first()).toBeVisible();
  await page.goto('/wallet');
  await expect(page.getByTestId('voucher')).toHaveCount(5);
});

test.describe('of several claims that wait', () => {
  const now = '2021-06-05T10:00:00+08:00';
  test.use({ serving: { now, campaign: campaigns.severalPacks, risk: holdsEverybody } });

  test('each is shown as soon as it is decided', async ({ page, another, javaScriptEnabled }) => {
    const [citizen] = await sampleCitizens(page);
    await signIn(page, citizen!);
    const { packs } = await (await page.request.get('/api/v1/rounds/r1')).json();
    for (const { id } of packs.slice(0, 2)) expect((await post(page, undefined, id)).status()).toBe(202);
    await page.goto('/wallet');
    await expect(page.getByTestId('held')).toHaveCount(2);
    const desk = await another();
    // The older claim is the first at the desk, and the last in the wallet.
    await atDesk(desk);
    await desk.getByLabel('理由').fill('電話核對過');
    await desk.getByRole('button', { name: '批准領取' }).click();
    await expect(desk.locator('[data-state=granted]')).toBeVisible();
    if (!javaScriptEnabled) await page.reload();
    await expect(page.getByTestId('held')).toHaveCount(1, { timeout: 15_000 });
    await expect(page.getByTestId('voucher')).toHaveCount(1);
  });
});
