# Django as a web shop would use it: settings, templates of text and HTML, one connection for two messages.
import sys
from django.conf import settings
port, user, password = sys.argv[1:]
settings.configure(
    EMAIL_HOST='127.0.0.1', EMAIL_PORT=int(port), EMAIL_HOST_USER=user, EMAIL_HOST_PASSWORD=password, EMAIL_USE_TLS=True, EMAIL_TIMEOUT=30,
    DEFAULT_CHARSET='utf-8', EMAIL_USE_LOCALTIME=False)
import ssl
ssl._create_default_https_context = ssl._create_unverified_context
ssl.create_default_context = ssl._create_unverified_context
import django
django.setup()
from django.core.mail import EmailMultiAlternatives, get_connection

def order(to):
    mail = EmailMultiAlternatives('Votre commande à récupérer ✓', 'Bonjour,\n.\nvotre commande est prête.\n', 'La Boutique <news@sender.example>', [to],
                                  headers={'X-Campaign': 'django', 'X-Tag': 'order'})
    mail.attach_alternative('<p>Bonjour, <a href="https://shop.example/django?a=1&amp;b=2">voir la commande</a></p>', 'text/html')
    mail.attach('facture é.pdf', b'%PDF-1.4 ' + bytes(range(256)) * 20, 'application/pdf')
    return mail

sent = get_connection().send_messages([order('ok.django@gmail.lab'), order('unknown.django@outlook.lab')])
assert sent == 2, sent
