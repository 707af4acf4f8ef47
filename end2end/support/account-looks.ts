import type { Page } from '@playwright/test';
import { atConsole, atTill, oneTime, sampleShop, sampleStaff } from './counter.ts';
import type { Look, Scene } from './looks.ts';

const inside = '2020-04-22T10:00:00+08:00';
const at = (name: string, path: string): Look => ({ name, show: (page) => page.goto(path) });

/** Asks for a new password with what is given as the current one. */
async function ask(page: Page, path: string, current: string): Promise<void> {
  await page.goto(path);
  await page.locator('#current').fill(current);
  await page.locator('#current').press('Enter');
  await page.locator('[data-testid=offer], [data-error]').first().waitFor();
}

const operator = async (page: Page) => (await sampleStaff(page.request, 'operator')).password;

/** The offer comes after the wrong one each time: a right one takes the wrong ones back. */
const consoleLooks: Look[] = [
  at('own-account', '/console/account'),
  { name: 'own-account-wrong', show: (page) => ask(page, '/console/account', 'wrong') },
  { name: 'own-account-offer', show: async (page) => ask(page, '/console/account', await operator(page)) },
  {
    name: 'own-account-offer-wrong',
    show: async (page) => {
      await ask(page, '/console/account', await operator(page));
      await page.locator('#again').fill('something else');
      await page.locator('#again').press('Enter');
      await page.locator('[data-error=again]').waitFor();
    },
  },
  at('own-account-renewed', '/console/account?done=renewed'),
];

/** Somebody whose password an administrator has just made. */
async function newcomer(page: Page, administrator: Page): Promise<void> {
  await atConsole(administrator, 'administrator');
  const form = { login: 'wang.fang', role: 'auditor' };
  const handover = await (await administrator.request.post('/console/staff', { form })).text();
  const [password, secret] = [...handover.matchAll(/<code>([^<]+)<\/code>/g)].map((match) => match[1]!);
  const entry = { login: form.login, password: password!, one_time: oneTime(secret!) };
  await page.request.post('/console/sign-in', { form: entry, maxRedirects: 0 });
}

/** What somebody who works here sees of their own account. */
export const accountScenes: Scene[] = [
  {
    name: 'an own account at the console',
    serving: { now: inside },
    prepare: async (page, elsewhere) => {
      await atConsole(await elsewhere(), 'operator');
      await atConsole(page, 'operator', 1);
    },
    looks: consoleLooks,
  },
  {
    name: 'a password that was handed over',
    serving: { now: inside },
    prepare: async (page, elsewhere) => newcomer(page, await elsewhere()),
    looks: [at('own-account-first', '/console/account')],
  },
  {
    name: 'an own account at the till',
    serving: { now: inside },
    prepare: async (page, elsewhere) => {
      await atTill(await elsewhere());
      await atTill(page);
    },
    looks: [
      at('till-account', '/till/account'),
      {
        name: 'till-account-offer',
        show: async (page) => ask(page, '/till/account', (await sampleShop(page.request)).cashier.password),
      },
    ],
  },
];
