// The second opinion on webhooks: [{secret, headers, body}] in a file, as they were received; the library of Standard Webhooks says which are genuine.
import { readFile } from 'node:fs/promises';
import { Webhook } from 'standardwebhooks';

const messages = JSON.parse(await readFile(process.argv[2], 'utf8'));
const verdict = { genuine: 0, forged: 0 };
for (const { secret, headers, body } of messages) {
  const webhook = new Webhook(secret);
  const sent = Number(headers['webhook-timestamp']) * 1000;

  // As if it had just come: some waited here for minutes.
  Date.now = () => sent;
  if (webhook.verify(body, headers).type === JSON.parse(body).type) verdict.genuine++;
  for (const forgery of [
    () => webhook.verify(body.replace('{', '{ '), headers),
    () => webhook.verify(body, { ...headers, 'webhook-id': `${headers['webhook-id']}0` }),
    () => webhook.verify(body, { ...headers, 'webhook-timestamp': String(Number(headers['webhook-timestamp']) + 1) }),
    () => {
      Date.now = () => sent + 10 * 60 * 1000;
      webhook.verify(body, headers);
    },
    () => new Webhook(`whsec_${Buffer.alloc(32).toString('base64')}`).verify(body, headers),
  ]) {
    try {
      forgery();
    } catch {
      verdict.forged++;
    }

    Date.now = () => sent;
  }
}

console.log(JSON.stringify(verdict));
