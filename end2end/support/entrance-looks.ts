import type { Page } from '@playwright/test';
import { entrances } from './campaign.ts';
import type { Look, Scene } from './looks.ts';

const at = (name: string, path: string): Look => ({ name, show: (page) => page.goto(path) });

/** Nobody answers at the provider's address. */
const unreachable: Look = {
  name: 'entrance-unavailable',
  show: async (page: Page) => {
    await page.goto('/sign-in/city');
    await page.locator('main button').click();
    await page.locator('[data-setback]').waitFor();
  },
};

/** What there is to see on the way through an entrance. */
export const entranceScene: Scene = {
  name: 'entrances',
  serving: { now: '2020-04-22T10:00:00+08:00', env: { JINQUAN_CONFIG: entrances } },
  looks: [
    at('sign-in-entrances', '/sign-in?next=/wallet'),
    at('entrance-entry', '/sign-in/city'),
    at('entrance-begin-again', '/sign-in/city/callback'),
    unreachable,
  ],
};
