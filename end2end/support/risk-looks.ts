import type { Page } from '@playwright/test';
import { campaigns, holdsEverybody } from './campaign.ts';
import { invented, post, signIn } from './citizen.ts';
import { atConsole, codeOf, sampleShop, withVouchers } from './counter.ts';
import type { Look, Scene } from './looks.ts';

const at = (name: string, path: string): Look => ({ name, show: (page) => page.goto(path) });

/** Every claim is held. */
const serving = { now: '2020-04-22T10:00:00+08:00', campaign: campaigns.shipped, risk: holdsEverybody };

const words = '我在單位的電腦上替父母領取，三個人用的是同一台設備，身份證都在手邊，可以電話核對。';

/** Somebody whose claim is held. */
async function held(page: Page, n: number): Promise<string> {
  await signIn(page, invented(n));
  return (await (await post(page)).json()).id;
}

const appeal = (page: Page, said: string) =>
  page.request.post('/me/appeals', { form: { round: 'r1', words: said } });

const rule = (desk: Page, claim: string, ruling: string, why: string) =>
  desk.request.post(`/console/risk/claims/${claim}`, { form: { ruling, why } });

/** The first of what a list of the desk has. */
const first = (name: string, list: string, testId: string): Look => ({
  name,
  show: async (page) => {
    await page.goto(list);
    await page.getByTestId(testId).first().getByRole('link').click();
    await page.locator('.split__stay').waitFor();
  },
});

/** A reason, and no claim that was picked. */
const nonePicked: Look = {
  name: 'console-risk-none-picked',
  show: async (page) => {
    await page.goto('/console/risk');
    await page.locator('#why').fill('電話核對過');
    await page.locator('button[value=grant]').click();
    await page.getByTestId('ruled').waitFor();
  },
};

/** Sales of one shop just at what the voucher demands: as many as make a pattern. */
async function atThreshold(page: Page): Promise<void> {
  const { cashier } = await sampleShop(page.request);
  await page.request.post('/till/sign-in', { form: { ...cashier } });
  for (let n = 1; n <= 24; n++) {
    const [voucher] = await withVouchers(page, invented(n));
    const { digits } = await codeOf(page, voucher!);
    const sale = { key: `k${n}`, code: digits, order: '40', coupon: '' };
    await page.request.post('/till/redeem', { form: sale });
  }
}

/** The desk with what waits there, and the person whose claim it is. */
export const riskScenes: Scene[] = [
  {
    name: 'the risk desk',
    serving,
    prepare: async (page, elsewhere) => {
      const citizen = await elsewhere();
      await atConsole(page, 'operator');
      for (const n of [1, 2, 3]) await held(citizen, n);
      await appeal(citizen, words);
      await rule(page, await held(citizen, 4), 'grant', '電話核對過');
    },
    looks: [
      at('console-risk', '/console/risk'),
      nonePicked,
      first('console-risk-claim', '/console/risk', 'held-claim'),
      at('console-risk-appeals', '/console/risk?tab=appeals'),
      first('console-risk-appeal', '/console/risk?tab=appeals', 'appeal'),
      at('console-risk-radar-none', '/console/risk?tab=radar'),
      at('console-risk-refused', '/console/risk?tab=refused'),
      at('console-risk-shadow', '/console/risk?tab=shadow'),
    ],
  },
  {
    name: 'the radar',
    serving: { now: '2020-04-22T10:00:00+08:00' },
    prepare: async (page, elsewhere) => {
      await atThreshold(await elsewhere());
      await atConsole(page, 'operator');
      await page.goto('/console/risk?tab=radar');
      while ((await page.getByTestId('suspect').count()) === 0) await page.reload();
    },
    looks: [at('console-risk-radar', '/console/risk?tab=radar')],
  },
  {
    name: 'somebody whose claim is held',
    serving,
    prepare: async (page) => {
      await held(page, 1);
    },
    looks: [at('landing-held', '/'), at('wallet-held', '/wallet'), at('appeals-form', '/me/appeals')],
    later: {
      now: '2020-04-23T11:00:00+08:00',
      looks: [at('wallet-held-lapsed', '/wallet')],
    },
  },
  {
    name: 'somebody who was refused, and appealed',
    serving,
    prepare: async (page, elsewhere) => {
      const desk = await elsewhere();
      await atConsole(desk, 'operator');
      await rule(desk, await held(page, 1), 'refuse', '看起來不是本人');
      await appeal(page, words);
    },
    looks: [at('wallet-held-refused', '/wallet'), at('appeals-waiting', '/me/appeals')],
  },
];
