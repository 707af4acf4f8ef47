// What Alipay's own library says of our signatures, for the test `entrance::oracle`: reads one JSON object from
// standard input and writes one to standard output.
//
// requests: each as it goes over the wire. The library signs what it reads there with our key: RSA (PKCS#1 v1.5) draws
// no randomness, so that its signature must be ours, byte for byte.
// answers: each as a gateway sends it; the library looks at its signature.
// notifies: maps of parameters. Signed with Alipay's key by the rule for notifies; the library must accept each. Once
// more with SHA-1, which it accepts as well, and we must not.
import { createSign } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { AlipaySdk } from 'alipay-sdk';

const given = JSON.parse(await text(process.stdin));
const sdk = new AlipaySdk({
  appId: given.app_id,
  privateKey: given.our_private,
  keyType: 'PKCS8',
  alipayPublicKey: given.alipay_public,
  camelcase: false,
});

function signed({ query, body }) {
  const { sign, method, biz_content, ...parameters } = Object.fromEntries([
    ...new URLSearchParams(query),
    ...new URLSearchParams(body),
  ]);
  const business = biz_content === undefined ? {} : { biz_content: JSON.parse(biz_content) };
  const whole = sdk.sdkExecute(method, { ...parameters, ...business }, { bizContentAutoSnakeCase: false });
  return { ours: sign, theirs: new URLSearchParams(whole).get('sign') };
}

function isAccepted({ raw, key, sign }) {
  try {
    sdk.checkResponseSign(raw, key, sign, '');
    return true;
  } catch {
    return false;
  }
}

function told(parameters) {
  const names = Object.keys(parameters).sort();
  const content = names.map((name) => `${name}=${parameters[name]}`).join('&');
  const form = (sign_type, algorithm) => {
    const sign = createSign(algorithm).update(content, 'utf8').sign(given.alipay_private, 'base64');
    const notify = { ...parameters, sign_type, sign };
    return { form: new URLSearchParams(notify).toString(), accepted: sdk.checkNotifySignV2(notify) };
  };
  return { rsa2: form('RSA2', 'RSA-SHA256'), rsa: form('RSA', 'RSA-SHA1') };
}

process.stdout.write(
  JSON.stringify({
    requests: given.requests.map(signed),
    answers: given.answers.map(isAccepted),
    notifies: given.notifies.map(told),
  }),
);
