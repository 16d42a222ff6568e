// nodemailer as a web shop would use it: a pool of connections, attachments, an embedded image, a calendar entry.
import nodemailer from 'nodemailer'

const [port, user, pass] = process.argv.slice(2)
const transport = nodemailer.createTransport({
  host: '127.0.0.1', port: Number(port), secure: false, requireTLS: true, pool: true, maxConnections: 3,
  auth: { user, pass }, tls: { rejectUnauthorized: false },
})
const pixel = Buffer.from('R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==', 'base64')
await transport.verify()
const results = await Promise.all([...Array(20).keys()].map(i => transport.sendMail({
  from: '"La Boutique, été" <news@sender.example>',
  to: `ok.node${i}@gmail.lab`,
  subject: `Votre commande n° ${i} ✓`,
  text: 'Bonjour\n.\n..deux points\n',
  html: '<p>Bonjour <img src="cid:logo"> <a href="https://shop.example/?a=1&amp;b=é">voir</a></p>',
  headers: { 'X-Campaign': 'node' },
  attachments: [
    { filename: 'facture é.pdf', content: Buffer.alloc(30000, i) },
    { filename: 'logo.gif', content: pixel, cid: 'logo' },
  ],
  icalEvent: { method: 'request', content: 'BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n' },
})))
transport.close()
for (const result of results) if (!result.response.startsWith('250')) throw new Error(result.response)

const wrong = nodemailer.createTransport({
  host: '127.0.0.1', port: Number(port), requireTLS: true, auth: { user, pass: 'wrong' }, tls: { rejectUnauthorized: false },
})
try {
  await wrong.verify()
  throw new Error('a wrong password was accepted')
} catch (refused) {
  if (refused.responseCode !== 535) throw refused
}
