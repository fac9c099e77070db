using System.Security.Cryptography;
using System.Text;
using Greenery.Alerts.Messages;
using Greenery.Alerts.Rendering;
using MimeKit;
using MimeKit.Text;

namespace Greenery.Alerts.Channels;

/// <summary>A message as a mail with a text and an HTML part (multipart/alternative), all of it ASCII.</summary>
internal static class MimeMail
{
    // Other ids cannot be as long as a header line may be (998 characters).
    private const int LongestId = 200;

    /// <summary>Long headers stay on one line: where one is folded, some programs show a tab.</summary>
    public static FormatOptions Format { get; } = new() { NewLineFormat = NewLineFormat.Dos, MaxLineLength = 998 };

    /// <param name="message">What to say.</param>
    /// <param name="from">The sender. Its domain is that of the Message-ID, which is the same at every try: a mail
    /// server may drop the second copy.</param>
    /// <param name="to">An address, or a group without members for a channel that has no person.</param>
    public static MimeMessage Of(Message message, MailboxAddress from, InternetAddress to)
    {
        var id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(message.Id)))[..32];
        var mail = new MimeMessage
        {
            Date = message.At.ToUniversalTime(),
            MessageId = $"{id}@{from.Domain}",
            Body = new MultipartAlternative
            {
                Part(TextFormat.Plain, TextMail.Of(message)),
                Part(TextFormat.Html, HtmlMail.Of(message)),
            },
        };
        mail.From.Add(from);
        mail.To.Add(to);
        mail.Headers.Replace(Subject(TextSanitizer.Sanitize(message).Title));
        mail.Headers.Add("X-Greenery-Message", TextSanitizer.Line(message.Id, LongestId));
        // No answer of an absent owner's mailbox to a machine.
        mail.Headers.Add(HeaderId.AutoSubmitted, "auto-generated");
        mail.Body.ContentType.Boundary = $"=_greenery_{id}";
        return mail;
    }

    // MimeKit makes words longer than the 75 characters that RFC 2047 allows, and leaves ASCII that looks like an
    // encoded word as it is.
    private static Header Subject(string title)
    {
        var subject = new Header(HeaderId.Subject, "");
        if (Ascii.IsValid(title) && !title.Contains("=?", StringComparison.Ordinal))
        {
            subject.SetValue(Format, Encoding.ASCII, title);
        }
        else
        {
            subject.SetRawValue(EncodedWords(title));
        }
        return subject;
    }

    // 12 characters are a word's frame; 11 characters of text have 60 in base64 at most.
    private static byte[] EncodedWords(string text) => Encoding.ASCII.GetBytes(string.Concat(
        text.EnumerateRunes().Chunk(11).Select(runes =>
            $" =?utf-8?B?{Convert.ToBase64String(Encoding.UTF8.GetBytes(string.Concat(runes)))}?=\r\n")));

    private static TextPart Part(TextFormat format, string text)
    {
        var part = new TextPart(format) { ContentTransferEncoding = ContentEncoding.Base64 };
        part.SetText(Encoding.UTF8, text);
        return part;
    }
}
