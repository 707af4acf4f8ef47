import { fileURLToPath } from 'node:url';

/** The file of a campaign: one that is shipped, or one of the tests' own. */
export const campaigns = {
  /** The one that the demonstration imports. */
  shipped: shipped('jincheng-2020.toml'),
  /** Four packs, one claim for each. */
  severalPacks: shipped('jincheng-2021.toml'),
  /** An invented city's own. */
  secondCity: fileURLToPath(new URL('second-city.toml', import.meta.url)),
  /** The campaign of 2020 with two packs in all. */
  twoPacks: fileURLToPath(new URL('two-packs.toml', import.meta.url)),
};

/** A configuration of risk control that holds every claim. */
export const holdsEverybody = fileURLToPath(new URL('holds-everybody.toml', import.meta.url));

function shipped(name: string): string {
  return fileURLToPath(new URL(`../../campaigns/${name}`, import.meta.url));
}

/** Settings with entrances whose providers are not there. */
export const entrances = fileURLToPath(new URL('entrances.toml', import.meta.url));
