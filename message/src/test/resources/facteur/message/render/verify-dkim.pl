# Verifies every message in a directory with Mail::DKIM: one line a message, its name and for each signature
# its algorithm and result. Keys come from a file instead of the DNS.
use strict;
use warnings;
use Mail::DKIM::Verifier;

my ($directory, $keys) = @ARGV;
my %record;
open(my $in, '<', $keys) or die "$keys: $!";
while (my $line = <$in>) {
    chomp $line;
    my ($name, $text) = split / /, $line, 2;
    $record{$name} = $text;
}

package Answer {
    sub new { my ($class, $text) = @_; return bless { text => $text }, $class }
    sub type { return 'TXT' }
    sub txtdata { return ($_[0]{text}) }
    sub char_str_list { return ($_[0]{text}) }
}

package main;
no warnings 'redefine';
*Mail::DKIM::DNS::query = sub {
    my ($name) = @_;
    return exists $record{$name} ? (Answer->new($record{$name})) : ();
};

opendir(my $files, $directory) or die "$directory: $!";
for my $name (sort grep { !/^\./ } readdir $files) {
    open(my $message, '<:raw', "$directory/$name") or die "$name: $!";
    my $verifier = Mail::DKIM::Verifier->new();
    local $/ = \65536;
    while (my $chunk = <$message>) { $verifier->PRINT($chunk) }
    $verifier->CLOSE;
    my @results = map { $_->algorithm . ' ' . ($_->result eq 'pass' ? 'pass' : $_->result_detail) } $verifier->signatures;
    print "$name ", join(', ', @results), "\n";
}
