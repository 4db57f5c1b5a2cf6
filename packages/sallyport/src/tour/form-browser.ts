import { FormBrowser } from '@sallyport/attacks';
import type { SystemBrowser } from '@sallyport/client';

interface Person {
  readonly name: string;
  readonly password: string;
}

/**
 * The system browser with somebody sitting before it: opens the real sign-in page over HTTPS, fills in the real form,
 * and comes back with the address the auth server sends it to.
 */
export function formBrowser(certificateAuthority: string, { name, password }: Person): SystemBrowser {
  return {
    async open(url) {
      const browser = new FormBrowser({ certificateAuthority });
      const page = await browser.open(url);
      const after = page.leftTo === undefined ? await browser.submit(page, { username: name, password }) : page;
      return after.leftTo;
    },
  };
}
