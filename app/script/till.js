// The script of the till: keeps the quote up to date while the cashier types, and settles a lost reply by sending the
// same key again. Every act works without it. What it shows comes from the server; it has no words of its own. Keypad,
// camera, position and sound are in till-kit.js. It must parse in Chrome 68: no optional chaining, no `??`, no class fields.
(function () {
  'use strict';

  const { keypad, camera, place, sound, say } = window.jinquanTill;
  // How long a cashier pauses before the quote is asked for, in milliseconds; in the middle of the digits of a code,
  // which are read out in groups, for longer.
  const QUIET_MS = 250;
  const MIDDLE_MS = 2000;
  const DIGITS = 12;
  // How long a reply may take, and how long a lost one is asked for again, in milliseconds.
  const REPLY_MAX_MS = 10000;
  const SETTLE_MS = 60000;
  const PAUSE_MAX_MS = 10000;

  // ---- What the server says ----------------------------------------------------------------------------------------

  function fields(form) {
    const pairs = new URLSearchParams();
    new FormData(form).forEach((value, name) => pairs.append(name, value));
    return pairs;
  }

  function controller() {
    return typeof AbortController === 'function' ? new AbortController() : { abort() {}, signal: undefined };
  }

  // Sends a form; resolves to the page that answers it, once that is here whole. A reply that breaks off or takes too
  // long is none, and so is a page that the till did not make.
  function post(address, body, control) {
    let timer;
    const late = new Promise((_, fail) => {
      timer = setTimeout(() => {
        fail(new Error('late'));
        control.abort();
      }, REPLY_MAX_MS);
    });
    const reply = fetch(address, {
      method: 'POST',
      body,
      headers: { accept: 'text/html' },
      credentials: 'same-origin',
      redirect: 'follow',
      signal: control.signal,
    }).then((response) => response.text().then((text) => {
      const page = new DOMParser().parseFromString(text, 'text/html');
      if (!page.querySelector('main')) {
        throw new Error('not a page of the till');
      }
      return { response, page };
    }));
    const heard = () => clearTimeout(timer);
    reply.then(heard, heard);
    return Promise.race([reply, late]);
  }

  // Undecided: the same key settles it later.
  function isLost(reply) {
    return !reply || reply.response.status === 429 || reply.response.status >= 500;
  }

  // How long to wait after a try, in milliseconds: as long as the server asks for, and longer each time.
  function pause(number, reply) {
    const asked = reply ? Number(reply.response.headers.get('retry-after')) * 1000 : 0;
    const own = Math.min(PAUSE_MAX_MS, 500 * Math.pow(2, number));
    return Math.max(asked || 0, own) + Math.random() * 300;
  }

  // Sends until the server has decided, for a minute; resolves to the last reply, or to nothing where none came.
  function settle(address, body, onLost) {
    const until = performance.now() + SETTLE_MS;
    const attempt = (number) => post(address, body, controller()).catch(() => undefined).then((reply) => {
      const wait = pause(number, reply);
      if (!isLost(reply) || performance.now() + wait > until) {
        return reply;
      }
      onLost();
      return new Promise((done) => setTimeout(done, wait)).then(() => attempt(number + 1));
    });
    return attempt(0);
  }

  // Sends a form until it is decided, and shows what came of it. Meanwhile it stays as it was sent.
  function send(form, address, onLost) {
    const body = fields(form);
    form.setAttribute('data-working', '');
    form.querySelectorAll('input').forEach((field) => {
      field.readOnly = true;
    });
    sound.unlock();
    settle(address, body, onLost).then((reply) => {
      if (reply) {
        show(reply.page, reply.response.redirected ? reply.response.url : undefined);
        return;
      }
      // Nothing was heard for a minute: the plain form asks once more for the same, and the browser says what is wrong.
      body.forEach((value, name) => {
        form.elements[name].value = value;
      });
      form.action = address;
      form.submit();
    });
  }

  let shown = location.pathname + location.search;

  // Shows a page that the server has made in the place of this one.
  function show(page, address) {
    document.title = page.title;
    document.querySelector('main').replaceWith(document.importNode(page.querySelector('main'), true));
    if (address && address !== location.href) {
      history.pushState({}, '', address);
      shown = location.pathname + location.search;
    }
    scrollTo(0, 0);
    const heading = document.querySelector('main h1');
    if (heading) {
      heading.setAttribute('tabindex', '-1');
      heading.focus({ preventScroll: true });
    }
    begin();
  }

  // Another place of the same page, as the link past the head of it has, takes nothing away that was typed.
  addEventListener('popstate', () => {
    if (location.pathname + location.search !== shown) {
      location.reload();
    }
  });

  // ---- The sale ----------------------------------------------------------------------------------------------------

  function begin() {
    const form = document.getElementById('sale');
    if (form) {
      sell(form);
    }
    document.querySelectorAll('form[data-refund], form[action="/till/redeem"]').forEach(sendOnce);
    sound.ring();
  }

  function sell(form) {
    const live = form.querySelector('[data-live]');
    const confirm = form.querySelector('[data-confirm]');
    let asking;
    let timer;
    let quoted = '';

    form.querySelector('[data-plain]').hidden = true;
    confirm.disabled = true;
    keypad(form);
    camera(form, () => ask(0));
    place(form, () => ask(0));
    sound.offer();

    function isWhole() {
      return form.elements.code.value.trim() !== '' && form.elements.order.value.trim() !== '';
    }

    // Digits of which some are still to come: nothing is known of such a code yet.
    function isInTheMiddle() {
      const typed = form.elements.code.value.replace(/\s/g, '');
      return /^\d+$/.test(typed) && typed.length < DIGITS;
    }

    function ask(ms) {
      if (form.hasAttribute('data-working')) {
        return;
      }
      confirm.disabled = true;
      clearTimeout(timer);
      if (asking) {
        asking.abort();
        asking = undefined;
      }
      if (!isWhole()) {
        live.textContent = '';
        return;
      }
      timer = setTimeout(quote, ms);
    }

    function quote() {
      const mine = controller();
      const body = fields(form);
      asking = mine;
      live.setAttribute('aria-busy', 'true');
      post(form.action, body, mine).then(({ page }) => {
        if (asking === mine) {
          answer(page, body.toString());
        }
      }).catch(() => {
        if (asking === mine) {
          note('offline');
          ask(3000);
        }
      }).then(() => {
        if (asking === mine) {
          asking = undefined;
        }
        live.removeAttribute('aria-busy');
      });
    }

    function note(name) {
      const words = document.createElement('p');
      words.className = 'till__note';
      words.textContent = say(name);
      live.textContent = '';
      live.appendChild(words);
    }

    function answer(page, body) {
      const part = page.querySelector('[data-quote], [data-refusal]');
      if (page.querySelector('#login')) {
        location.assign('/till');
        return;
      }
      live.textContent = '';
      form.querySelectorAll('[aria-invalid]').forEach((field) => field.removeAttribute('aria-invalid'));
      if (part) {
        const shown = document.importNode(part, true);
        // An alert would break in on the cashier with each pause; the place where it is shown speaks by itself.
        shown.removeAttribute('role');
        // One heading of the first rank is enough, and the form that is there has the buttons.
        shown.querySelectorAll('form, .verdict__acts').forEach((form) => form.remove());
        shown.querySelectorAll('h1').forEach((heading) => {
          const lower = document.createElement('h2');
          lower.className = heading.className;
          lower.textContent = heading.textContent;
          heading.replaceWith(lower);
        });
        live.appendChild(shown);
      } else {
        wrong(page);
      }
      quoted = part && part.hasAttribute('data-quote') ? body : '';
      confirm.disabled = quoted === '';
    }

    // The fields that cannot be read are marked as the server marks them.
    function wrong(page) {
      page.querySelectorAll('[data-error]').forEach((error) => {
        const words = document.importNode(error, true);
        words.removeAttribute('id');
        words.removeAttribute('role');
        live.appendChild(words);
        const field = form.elements[error.dataset.error];
        if (field) {
          field.setAttribute('aria-invalid', 'true');
        }
      });
    }

    form.addEventListener('input', () => ask(isInTheMiddle() ? MIDDLE_MS : QUIET_MS));
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      const body = fields(form);
      if (confirm.disabled || body.toString() !== quoted) {
        ask(0);
        return;
      }
      redeem(form, confirm);
    });
    ask(0);
  }

  function redeem(form, button) {
    button.setAttribute('aria-busy', 'true');
    button.disabled = true;
    const status = form.querySelector('[data-live]');
    const words = document.createElement('p');
    words.className = 'till__note';
    words.setAttribute('role', 'status');
    words.textContent = say('working');
    status.appendChild(words);
    send(form, form.dataset.redeem, () => {
      words.textContent = say('settling');
    });
  }

  // Says under a form's button that its reply is being asked for again.
  function settling(form) {
    if (!form.querySelector('.till__note')) {
      const words = document.createElement('p');
      words.className = 'till__note';
      words.setAttribute('role', 'status');
      words.textContent = say('settling');
      form.appendChild(words);
    }
  }

  // The plain forms that redeem or refund: sent by the script, so that a lost reply is asked for again.
  function sendOnce(form) {
    form.addEventListener('submit', (event) => {
      if (form.hasAttribute('data-working')) {
        event.preventDefault();
        return;
      }
      // Chrome 68 does not say which button was pressed, but has it in focus.
      const pressed = event.submitter || form.querySelector('[formaction]:focus');
      const button = pressed || form.querySelector('button[type=submit]');
      if (button.hasAttribute('formaction')) {
        return;
      }
      event.preventDefault();
      button.setAttribute('aria-busy', 'true');
      send(form, form.getAttribute('action'), () => settling(form));
    });
  }

  begin();
})();
