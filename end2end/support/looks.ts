import type { Page } from '@playwright/test';
import { firstVoucher, holder, invented, signIn } from './citizen.ts';
import { accountScenes } from './account-looks.ts';
import { campaigns } from './campaign.ts';
import { atConsole, atTill, codeOf, withVouchers } from './counter.ts';
import { entranceScene } from './entrance-looks.ts';
import { personScenes } from './person-looks.ts';
import { riskScenes } from './risk-looks.ts';
import type { Serving } from './server.ts';
import { apply, shops } from './shop.ts';

/** Every page and state that a citizen can see, each with the server it needs: for what must hold of all of them. */
export interface Look {
  name: string;
  /** Brings the page there, in the language and view that its cookies say. */
  show: (page: Page) => Promise<unknown>;
}

export interface Scene {
  name: string;
  serving: Serving;
  /** Done once, before the first look. */
  prepare?: (page: Page, elsewhere: () => Promise<Page>) => Promise<void>;
  looks: Look[];
  /** What a server that starts again later shows to the same persons. */
  later?: { now: string; looks: Look[] };
}

const at = (name: string, path: string): Look => ({ name, show: (page) => page.goto(path) });

const voucher = async (page: Page) => page.goto(await firstVoucher(page));

const wrongNumber: Look = {
  name: 'sign-in-error',
  show: async (page) => {
    await page.goto('/sign-in');
    await page.locator('#name').fill('晉晉');
    await page.locator('#identity').fill('140502199001010010');
    await Promise.all([page.waitForURL('**/sign-in/demo'), page.locator('#identity').press('Enter')]);
  },
};

const granted: Look = {
  name: 'landing-granted',
  show: async (page) => {
    await page.goto('/');
    await page.locator('.claim-bar button[type=submit]').click();
    await page.getByTestId('granted').waitFor();
  },
};

const faulty: Look = {
  name: 'merchant-faulty',
  show: async (page) => {
    await page.goto('/merchant');
    await page.locator('#credit_code').fill('91440300708461136X');
    await page.locator('button.button--primary').click();
    await page.locator('[role=alert]').waitFor();
  },
};

/** A till and a key of the merchant that was just approved; the key is on the page. */
const freshKey: Look = {
  name: 'merchant-key',
  show: async (page) => {
    await page.goto('/merchant');
    if ((await page.locator('#till option').count()) === 1) {
      await page.locator('form[action="/merchant/tills"] #name').fill('一號收銀台');
      await page.locator('form[action="/merchant/tills"] button').click();
    }
    await page.locator('#key_name').fill('前台 POS');
    await page.locator('#till').selectOption({ index: 1 });
    await page.locator('form[action="/merchant/keys"] button').click();
    await page.getByTestId('fresh-key').waitFor();
  },
};

const oneShop: Look = {
  name: 'console-merchant',
  show: async (page) => page.goto(`/console/merchants/${(await shops(page))[7]!.id}`),
};

/** Round 2 as the form offers it, submitted. */
async function planned(page: Page): Promise<void> {
  await page.goto('/console/rounds/new');
  await page.locator('#name_hant').fill('第二輪');
  await page.locator('#name_en').fill('Round 2');
  await page.locator('.button--primary').click();
  await page.getByTestId('version').waitFor();
  await page.request.post('/console/rounds/r2/submit', { form: { seen: '1', why: '' } });
}

const faultyPlan: Look = {
  name: 'console-plan-faulty',
  show: async (page) => {
    await page.goto('/console/rounds/new');
    await page.locator('#pack0_0_minimum').fill('5');
    await page.locator('.button--primary').click();
    await page.getByTestId('stayed').waitFor();
  },
};

async function approveFirst(page: Page): Promise<void> {
  await atConsole(page, 'operator');
  await page.goto('/console/merchants');
  await page.getByTestId('merchant').getByRole('link').first().click();
  await page.locator('#why').fill('資料齊全');
  await page.locator('button[value=approve]').click();
  await page.locator('button[value=suspend]').waitFor();
}

/** A sale in the fields of the till, as far as it is quoted. */
const typed = async (page: Page, code: string) => {
  await page.goto('/till');
  await page.locator('#code').fill(code);
  await page.locator('#order').fill('50');
  await page.locator('#coupon').fill('5');
  await page.locator('[data-live] [data-quote], [data-live] [data-refusal]').waitFor();
};

/** What a cashier sees before anything is redeemed: the page's own person holds the vouchers as well. */
const tillLooks: Look[] = [
  at('till', '/till'),
  {
    name: 'till-quote',
    show: async (page) => {
      const { claims } = await (await page.request.get('/api/v1/wallet')).json();
      await typed(page, (await codeOf(page, claims[0].vouchers[0].id)).digits);
    },
  },
  { name: 'till-refused', show: (page) => typed(page, '123456789012') },
  at('till-today-empty', '/till/today'),
];

/** What a cashier sees afterwards, of the one sale of the day. */
const receipt = async (page: Page, rest: string) => {
  await page.goto('/till/today');
  await page.goto((await page.locator('.day__sale').getAttribute('href')) + rest);
};

const receiptLooks: Look[] = [
  { name: 'till-done', show: (page) => receipt(page, '?moment=redeemed') },
  { name: 'till-receipt', show: (page) => receipt(page, '') },
  { name: 'till-refund', show: (page) => receipt(page, '/refund') },
  at('till-today', '/till/today'),
];

const wrongLogin: Look = {
  name: 'till-sign-in-error',
  show: async (page) => {
    await page.goto('/till');
    // Another one each time, so that none is locked.
    await page.locator('#login').fill(`nobody-${Date.now()}`);
    await page.locator('#password').fill('wrong');
    await Promise.all([page.waitForURL('**/till/sign-in'), page.locator('#password').press('Enter')]);
  },
};

/** What is shown once: each time with another login. */
const newAccount: Look = {
  name: 'console-staff-handover',
  show: async (page) => {
    await page.goto('/console/staff');
    await page.locator('input[name=login]').fill(`li.ming-${Date.now()}`);
    await page.locator('form[action="/console/staff"] button').click();
    await page.locator('[data-testid=handover]').waitFor();
  },
};

export const scenes: Scene[] = [
  {
    name: 'merchants',
    serving: { now: '2020-04-22T10:00:00+08:00' },
    looks: [
      at('merchants-all', '/merchants'),
      at('merchants-near', '/merchants?kind=dining&near=35.49,112.85'),
      at('merchants-none', '/merchants?q=none'),
    ],
  },
  {
    name: 'a business that applies',
    serving: { now: '2020-04-22T10:00:00+08:00' },
    prepare: (page) => signIn(page, invented(1)),
    looks: [at('merchant-new', '/merchant'), faulty],
  },
  {
    name: 'a business that was approved',
    serving: { now: '2020-04-22T10:00:00+08:00' },
    prepare: async (page, elsewhere) => {
      await signIn(page, invented(1));
      await apply(page);
      await approveFirst(await elsewhere());
    },
    looks: [at('merchant-approved', '/merchant'), freshKey],
  },
  {
    name: 'the review',
    serving: { now: '2020-04-22T10:00:00+08:00' },
    prepare: async (page, elsewhere) => {
      const manager = await elsewhere();
      await signIn(manager, invented(1));
      await apply(manager);
      await atConsole(page, 'operator');
    },
    looks: [
      at('console-merchants', '/console/merchants'),
      at('console-merchants-approved', '/console/merchants?state=approved'),
      oneShop,
    ],
  },
  {
    name: 'rounds',
    serving: { now: '2020-04-22T10:00:00+08:00' },
    prepare: async (page, elsewhere) => {
      await atConsole(page, 'operator');
      await planned(page);
      await page.request.post('/console/rounds/r1/proposals', {
        form: { change: 'extend', closes: '2020-04-30T00:00', why: '連日下雨，延長一天' },
      });
      const approver = await elsewhere();
      await atConsole(approver, 'approver');
      await approver.request.post('/console/rounds/r2/return', { form: { seen: '2', why: '請寫明餐飲說明' } });
    },
    looks: [
      at('console-rounds', '/console/rounds'),
      at('console-round', '/console/rounds/r1'),
      at('console-plan', '/console/rounds/r2'),
      at('console-plan-form', '/console/rounds/r2/edit'),
      faultyPlan,
    ],
  },
  {
    name: 'rounds, for the second person',
    serving: { now: '2020-04-22T10:00:00+08:00' },
    prepare: async (page, elsewhere) => {
      const operator = await elsewhere();
      await atConsole(operator, 'operator');
      await planned(operator);
      await operator.request.post('/console/rounds/r1/proposals', { form: { change: 'stop', why: '發錯了' } });
      await atConsole(page, 'approver');
    },
    looks: [
      at('console-rounds-approver', '/console/rounds'),
      at('console-round-approver', '/console/rounds/r1'),
      at('console-plan-approver', '/console/rounds/r2'),
    ],
  },
  {
    name: 'before',
    serving: { now: '2020-04-21T20:00:00+08:00' },
    looks: [at('landing-before', '/'), at('rules', '/rules'), at('merchants', '/merchants')],
  },
  {
    name: 'open, nobody signed in',
    serving: { now: '2020-04-22T10:00:00+08:00' },
    looks: [at('landing-open', '/'), at('sign-in', '/sign-in'), wrongNumber, at('not-found', '/nowhere')],
  },
  {
    name: 'open, signed in',
    serving: { now: '2020-04-22T10:00:00+08:00' },
    prepare: (page) => signIn(page, invented(1)),
    looks: [at('landing-signed-in', '/'), at('wallet-empty', '/wallet')],
  },
  {
    name: 'holder',
    serving: { now: '2020-04-22T10:00:00+08:00' },
    prepare: (page) => holder(page, invented(1)),
    looks: [
      at('landing-yours', '/'),
      at('wallet', '/wallet'),
      { name: 'voucher', show: voucher },
      at('me', '/me'),
      at('me-leave', '/me/delete'),
    ],
    later: {
      now: '2020-04-29T00:00:00+08:00',
      looks: [at('landing-closed', '/'), at('wallet-lapsed', '/wallet'), { name: 'voucher-lapsed', show: voucher }],
    },
  },
  {
    name: 'the doors of those who work here',
    serving: { now: '2020-04-22T10:00:00+08:00' },
    looks: [at('till-sign-in', '/till'), wrongLogin, at('console-sign-in', '/console')],
  },
  {
    name: 'till',
    serving: { now: '2020-04-22T10:00:00+08:00' },
    prepare: async (page) => {
      await withVouchers(page, invented(1));
      await atTill(page);
    },
    looks: tillLooks,
  },
  {
    name: 'till, after a sale',
    serving: { now: '2020-04-22T10:00:00+08:00' },
    prepare: async (page) => {
      const [voucher] = await withVouchers(page, invented(1));
      await atTill(page);
      const { digits } = await codeOf(page, voucher!);
      await page.request.post('/till/redeem', { form: { key: 'k1', code: digits, order: '50', coupon: '5' } });
    },
    looks: receiptLooks,
  },
  {
    name: 'console',
    serving: { now: '2020-04-22T10:00:00+08:00' },
    prepare: (page) => atConsole(page, 'operator'),
    looks: [at('console', '/console')],
  },
  {
    name: 'results',
    serving: { now: '2020-04-22T10:00:00+08:00' },
    prepare: async (page) => {
      const [voucher] = await withVouchers(page, invented(1));
      await atTill(page);
      const { digits } = await codeOf(page, voucher!);
      await page.request.post('/till/redeem', { form: { key: 'k1', code: digits, order: '50', coupon: '5' } });
      await atConsole(page, 'operator');
      // The server counts every few seconds; every look is to see the sale.
      await page.goto('/results');
      while ((await page.getByTestId('results-per-redeemed').count()) === 0) await page.reload();
    },
    looks: [
      at('results', '/results'),
      at('console-dashboard', '/console/dashboard'),
      at('console-planner', '/console/planner?packs=60000&face=50&days=7'),
    ],
  },
  {
    name: 'the ledger and the audit record',
    serving: { now: '2020-04-22T10:00:00+08:00' },
    prepare: async (page, elsewhere) => {
      await withVouchers(await elsewhere(), invented(1));
      await atConsole(page, 'auditor');
    },
    looks: [
      at('console-ledger', '/console/ledger?account=issued:r1'),
      at('console-ledger-wrong', '/console/ledger?account=x'),
      at('console-exports', '/console/exports'),
      at('console-audit', '/console/audit'),
    ],
  },
  entranceScene,
  ...riskScenes,
  ...personScenes,
  ...accountScenes,
  {
    name: 'the accounts of staff',
    serving: { now: '2020-04-22T10:00:00+08:00' },
    prepare: (page) => atConsole(page, 'administrator'),
    looks: [at('console-staff', '/console/staff'), newAccount],
  },
  {
    name: 'another account',
    serving: { now: '2020-04-22T10:00:00+08:00' },
    prepare: async (page, elsewhere) => {
      await holder(await elsewhere(), invented(1));
      await signIn(page, invented(1), 'second');
    },
    looks: [at('landing-other-account', '/')],
  },
  {
    name: 'sold out',
    serving: { now: '2020-04-22T10:00:00+08:00', campaign: campaigns.twoPacks },
    prepare: async (page, elsewhere) => {
      await holder(await elsewhere(), invented(1));
      await holder(await elsewhere(), invented(2));
      await signIn(page, invented(3));
    },
    looks: [at('landing-sold-out', '/')],
  },
  {
    name: 'several packs',
    serving: { now: '2021-06-05T10:00:00+08:00', campaign: campaigns.severalPacks },
    prepare: (page) => holder(page, invented(1), 'retail-40'),
    looks: [at('landing-several-packs', '/'), at('rules-several-packs', '/rules'), at('wallet-several-packs', '/wallet')],
  },
];

/** The moment after the yes: it can be seen once, so that whoever wants it makes a server for it. */
export const grantedScene: Scene = {
  name: 'granted',
  serving: { now: '2020-04-22T10:00:00+08:00' },
  prepare: (page) => signIn(page, invented(1)),
  looks: [granted],
};

export const languages = ['zh-Hant', 'zh-Hans', 'en'] as const;
export const themes = ['light', 'dark'] as const;
export const views = ['standard', 'elder'] as const;

/** Sets what the person chose, as the server remembers it. */
export async function choose(page: Page, language: string, view: string): Promise<void> {
  await page.request.get(`/rules?lang=${language}&view=${view}`);
}
