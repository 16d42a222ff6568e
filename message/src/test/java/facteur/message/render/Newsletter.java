package facteur.message.render;

import java.util.List;
import java.util.Random;

/** Newsletters as shops, clubs and papers send them, and as their tools mangle them. By seed. */
final class Newsletter {
    private static final List<String> URLS =
            List.of(
                    "https://shop.example/a?x=1&amp;y=2",
                    "https://shop.example/a?x=1&y=2&copy=3&lang=fr",
                    "http://shop.example",
                    "HTTPS://Shop.Example/UP?Q=1#Frag",
                    "https://shop.example/p#section-2",
                    "https://shop.example/?redirect=https%3A%2F%2Fb.example%2F%3Fhref%3D1",
                    "https://shop.example/?href=https://b.example/",
                    "https://shop.example/&#233;t&#xe9;",
                    "https://shop.example/&amp;amp;/x",
                    "https://shop.example/a;b=c,d'e(f)",
                    "  https://shop.example/blanks  ",
                    "https://shop.example/br\r\n\token",
                    "https://shop.example/?utm_source=n&amp;utm_medium=email&amp;utm_campaign=a");
    private static final List<String> LEFT =
            List.of(
                    "mailto:a@b.example?subject=x&amp;body=y",
                    "tel:+33123456789",
                    "sms:+33123456789",
                    "#top",
                    "",
                    "cid:part1@shop.example",
                    "javascript:void(0)",
                    "data:text/plain,x",
                    "relative/path",
                    "/root",
                    "//host.example/x",
                    "https://shop.example/unsubscribe?u=1",
                    "https://shop.example/d%C3%A9sabonnement",
                    "https://shop.example/{{name}}",
                    "https://shop.example/*|UNIQID|*",
                    "https://shop.example/account/reset/abc",
                    "https://shop.example/login?token=abc",
                    "whatsapp://send?text=x",
                    "http:/one-slash",
                    "https://shop.example/x&unknownentity;y");
    private static final List<String> WORDS =
            List.of(
                    "Bonjour",
                    "offre",
                    "1 < 2",
                    "a &amp; b",
                    "5 > 3",
                    "&eacute;t&eacute;",
                    "prix",
                    "été à Noël",
                    "日本語",
                    "Привет",
                    "€uro",
                    "&nbsp;",
                    "<br>",
                    "<br/>");

    private final Random random;
    private final StringBuilder html = new StringBuilder();
    private final String newline;

    private Newsletter(Random random) {
        this.random = random;
        this.newline = random.nextInt(4) == 0 ? "" : "\r\n";
    }

    static String make(Random random) {
        return new Newsletter(random).make();
    }

    private String make() {
        line(
                pick(
                        "<!DOCTYPE html>",
                        "<!doctype HTML PUBLIC \"-//W3C//DTD XHTML 1.0//EN\" \"x\">",
                        "",
                        "<?xml version=\"1.0\"?>"));
        line(pick("<html xmlns:v=\"urn:schemas-microsoft-com:vml\">", "<HTML>", ""));
        line("<head><title>News <a href=\"https://title.example/\">no link</a></title>");
        line(
                "<style>a[href^=\"https://css.example/\"]{color:red} /* <a"
                        + " href='https://css.example/'> */</style>");
        if (random.nextInt(3) == 0) {
            line(
                    "<script type=\"application/ld+json\">{\"url\":\"https://json.example/<a"
                            + " href='x'>\"}</script>");
        }
        line("</head>" + pick("<body>", "<BODY bgcolor=#ffffff>", "", "<body class='x>y'>"));
        int blocks = 1 + random.nextInt(30);
        for (int i = 0; i < blocks; i++) {
            block();
        }
        line(
                pick(
                        "</body></html>",
                        "</BODY></HTML>",
                        "</body>",
                        "",
                        "</body >\r\n</html>\r\n",
                        "</html>"));
        return html.toString();
    }

    private void block() {
        if (random.nextInt(6) == 0) {
            // a line so full that the tracker's longer link needs a line of its own
            String text = "x".repeat(700 + random.nextInt(200));
            html.append("\r\n<p>").append(text).append(anchor().replaceAll("[\r\n]", " "));
            html.append("\r\n");
        }
        switch (random.nextInt(14)) {
            case 0 -> line("<p>" + words() + "</p>");
            case 1 -> line("<!-- <a href=\"https://comment.example/\">old</a> -->");
            case 2 -> conditional();
            case 3 -> line("<!--[if !mso]><!-->" + anchor() + "<!--<![endif]-->");
            case 4 -> line("<table><tr><td align=left>" + anchor() + "</td></tr></table>");
            case 5 -> line("<img src=\"https://img.example/a.png\" alt=\"a > b\">" + anchor());
            case 6 -> line("<textarea><a href=\"https://area.example/\">text</a></textarea>");
            case 7 ->
                    line(
                            "<map name=m><area shape=rect coords='0,0,1,1' href="
                                    + quoted()
                                    + "></map>");
            case 8 ->
                    line(
                            "<link href=\"https://link.example/\"><form"
                                    + " action=\"https://form.example/\"></form>");
            case 9 -> line(optedOut());
            case 10 -> line("<p>" + words() + " < " + words() + "</p>");
            default -> line(anchor());
        }
    }

    private void conditional() {
        line(
                "<!--[if mso]><v:roundrect xmlns:v=\"urn:x\""
                        + " href=\"https://shop.example/vml?a=1&amp;b=2\""
                        + " arcsize=\"10%\"><center>Go</center></v:roundrect><![endif]-->");
    }

    private String optedOut() {
        String mark =
                pick(
                        "clicktracking=off",
                        "clicktracking=\"off\"",
                        "ses:no-track",
                        "data-pm-no-track",
                        "data-notrack=\"true\"",
                        "mc:disable-tracking",
                        "data-msys-clicktrack=\"0\"");
        return pick(
                "<a " + mark + " href=\"https://left.example/\">x</a>",
                "<a href=\"https://left.example/\" " + mark + ">x</a>",
                "<a href='https://left.example/' " + mark + " class=y>x</a>");
    }

    private String anchor() {
        String tag = pick("a", "a", "A");
        String name = pick("href", "href", "HREF", "hReF");
        String before =
                pick(
                        "",
                        " class=\"b\"",
                        " data-x='>'",
                        "\r\n\tstyle=\"color:red\"",
                        " title=\"href=x\"");
        String after =
                pick(
                        "",
                        " target=_blank",
                        " title='a \"b\" c'",
                        " href=\"https://second.example/\"",
                        "/");
        String equals = pick("=", "=", " = ", "=\r\n ");
        return "<" + tag + before + " " + name + equals + quoted() + after + ">" + words() + "</"
                + tag + ">";
    }

    private String quoted() {
        String url = random.nextInt(4) == 0 ? pickFrom(LEFT) : pickFrom(URLS);
        boolean bare =
                url.chars().noneMatch(c -> " '\"<>=`\r\n\t".indexOf(c) >= 0) && !url.isEmpty();
        return switch (random.nextInt(bare ? 4 : 2)) {
            case 0 -> "\"" + url + "\"";
            case 1 -> url.contains("'") ? "\"" + url + "\"" : "'" + url + "'";
            default -> url + " ";
        };
    }

    private String words() {
        StringBuilder text = new StringBuilder();
        int count = 1 + random.nextInt(6);
        for (int i = 0; i < count; i++) {
            text.append(pickFrom(WORDS)).append(' ');
        }
        return text.toString();
    }

    private void line(String text) {
        html.append(text).append(newline);
    }

    private String pick(String... choices) {
        return choices[random.nextInt(choices.length)];
    }

    private String pickFrom(List<String> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
