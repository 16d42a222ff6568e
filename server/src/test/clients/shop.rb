# ActionMailer as a web shop would use it: a mailer class with both bodies and an attachment, delivered over SMTP.
require 'action_mailer'
port, user, password = ARGV
ActionMailer::Base.raise_delivery_errors = true
ActionMailer::Base.delivery_method = :smtp
ActionMailer::Base.smtp_settings = {
  address: '127.0.0.1', port: port.to_i, user_name: user, password: password, authentication: :plain,
  enable_starttls: true, openssl_verify_mode: 'none'
}

class Shop < ActionMailer::Base
  default from: 'La Boutique <news@sender.example>'

  def order(to)
    headers['X-Campaign'] = 'actionmailer'
    attachments['facture é.txt'] = 'facture ' * 4000
    mail(to: to, subject: 'Votre commande à récupérer ✓') do |format|
      format.text { render plain: "Bonjour,\n.\nvotre commande est prête.\n" }
      format.html { render html: '<p>Bonjour, <a href="https://shop.example/actionmailer?a=1&amp;b=2">voir la commande</a></p>'.html_safe }
    end
  end
end

%w[ok.actionmailer@gmail.lab unknown.actionmailer@outlook.lab].each { |to| Shop.order(to).deliver_now }
