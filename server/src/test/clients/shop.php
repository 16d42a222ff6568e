<?php
// PHPMailer as a web shop would use it: STARTTLS, AUTH, kept connection, both bodies, an attachment.
require '/usr/share/php/libphp-phpmailer/autoload.php';
use PHPMailer\PHPMailer\PHPMailer;

[, $port, $user, $password] = $argv;
$mail = new PHPMailer(true);
$mail->isSMTP();
$mail->Host = '127.0.0.1';
$mail->Port = (int) $port;
$mail->SMTPAuth = true;
$mail->Username = $user;
$mail->Password = $password;
$mail->SMTPSecure = PHPMailer::ENCRYPTION_STARTTLS;
$mail->SMTPOptions = ['ssl' => ['verify_peer' => false, 'verify_peer_name' => false, 'allow_self_signed' => true]];
$mail->SMTPKeepAlive = true;
$mail->CharSet = 'UTF-8';
$mail->setFrom('news@sender.example', 'La Boutique, été');
$mail->Subject = 'Votre commande à récupérer ✓';
$mail->isHTML(true);
$mail->Body = '<p>Bonjour, <a href="https://shop.example/phpmailer?a=1&amp;b=2">voir la commande</a></p>';
$mail->AltBody = "Bonjour,\n.\nvotre commande est prête.";
$mail->addCustomHeader('X-Campaign', 'phpmailer');
$mail->addStringAttachment(str_repeat('facture ', 4000), 'facture é.txt');
foreach (['ok.phpmailer@gmail.lab', 'unknown.phpmailer@outlook.lab'] as $to) {
    $mail->clearAddresses();
    $mail->addAddress($to);
    $mail->send();
}
$mail->smtpClose();
