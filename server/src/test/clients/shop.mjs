// nodemailer as a web shop would use it: both bodies and an attachment, one connection after the other.
import nodemailer from 'nodemailer'

const [port, user, pass] = process.argv.slice(2)
const transport = nodemailer.createTransport({ host: '127.0.0.1', port: Number(port), requireTLS: true, auth: { user, pass }, tls: { rejectUnauthorized: false } })
for (const to of ['ok.nodemailer@gmail.lab', 'unknown.nodemailer@outlook.lab']) {
  await transport.sendMail({
    from: 'La Boutique <news@sender.example>', to, subject: 'Votre commande à récupérer ✓', headers: { 'X-Campaign': 'nodemailer' },
    text: 'Bonjour,\n.\nvotre commande est prête.\n', html: '<p>Bonjour, <a href="https://shop.example/nodemailer?a=1&amp;b=2">voir la commande</a></p>',
    attachments: [{ filename: 'facture é.txt', content: 'facture '.repeat(4000) }],
  })
}
