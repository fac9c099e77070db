using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Greenery.Alerts.Messages;
using Greenery.Alerts.Rendering;
using Greenery.Alerts.Routing;

namespace Greenery.Alerts.Channels;

/// <summary>
/// A message as a mail by RFC 5322 with a text and an HTML part (multipart/alternative), all of it ASCII.
/// </summary>
internal static class EmlFile
{
    /// <summary>An encoded word may have 75 characters, of which 12 are its frame: 45 bytes in base64.</summary>
    private const int LongestWord = 45;

    /// <param name="message">What to say.</param>
    /// <param name="to">An address; the name of a channel goes to nobody in particular.</param>
    public static string Of(Message message, string to)
    {
        var id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(message.Id)))[..32];
        var boundary = $"=_greenery_{id}";
        string[] lines =
        [
            "From: Greenery <greenery@localhost>",
            MailAddresses.IsValid(to) && Ascii.IsValid(to) ? $"To: {to}" : "To: undisclosed-recipients:;",
            $"Subject: {Header(TextSanitizer.Sanitize(message).Title)}",
            "Date: " + message.At.UtcDateTime.ToString(
                "ddd, dd MMM yyyy HH:mm:ss '+0000'", CultureInfo.InvariantCulture),
            $"Message-ID: <{id}@greenery.localhost>",
            $"X-Greenery-Message: {Header(TextSanitizer.Line(message.Id, 200))}",
            "Auto-Submitted: auto-generated",
            "MIME-Version: 1.0",
            $"Content-Type: multipart/alternative; boundary=\"{boundary}\"",
            "",
            .. Part(boundary, "text/plain", TextMail.Of(message)),
            .. Part(boundary, "text/html", HtmlMail.Of(message)),
            $"--{boundary}--",
            "",
        ];
        return string.Join("\r\n", lines);
    }

    private static string[] Part(string boundary, string type, string text) =>
    [
        $"--{boundary}",
        $"Content-Type: {type}; charset=utf-8",
        "Content-Transfer-Encoding: base64",
        "",
        Convert.ToBase64String(Encoding.UTF8.GetBytes(text), Base64FormattingOptions.InsertLineBreaks),
    ];

    // What is not ASCII, or looks like an encoded word already, goes in encoded words (RFC 2047), none of which splits
    // a character.
    private static string Header(string text) => Ascii.IsValid(text) && !text.Contains("=?", StringComparison.Ordinal)
        ? text
        : string.Join(
        "\r\n ", Words(text).Select(word => $"=?utf-8?B?{Convert.ToBase64String(Encoding.UTF8.GetBytes(word))}?="));

    private static IEnumerable<string> Words(string text)
    {
        var word = new StringBuilder();
        var bytes = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (bytes + rune.Utf8SequenceLength > LongestWord)
            {
                yield return word.ToString();
                (bytes, _) = (0, word.Clear());
            }
            word.Append(rune.ToString());
            bytes += rune.Utf8SequenceLength;
        }
        yield return word.ToString();
    }
}
