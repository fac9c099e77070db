using Greenery.Alerts.Messages;
using Greenery.Alerts.Rendering;
using SendGrid.Helpers.Mail;

namespace Greenery.Alerts.Channels;

/// <summary>A message as SendGrid takes it.</summary>
internal static class SendGridMail
{
    // A custom arg may have 10,000 bytes, and the id is ours; a longer one is a mistake that must not stop the mail.
    private const int LongestId = 500;

    /// <param name="message">What to say.</param>
    /// <param name="to">An address.</param>
    /// <param name="channel">The sender.</param>
    /// <param name="isTest">Sandbox: SendGrid verifies it and sends nothing.</param>
    public static SendGridMessage Of(Message message, string to, EmailChannel channel, bool isTest)
    {
        // The helper for one recipient would put the subject into the personalization.
        var mail = MailHelper.CreateSingleEmailToMultipleRecipients(
            new EmailAddress(channel.From, channel.FromName), [new EmailAddress(to)],
            TextSanitizer.Sanitize(message).Title, TextMail.Of(message), HtmlMail.Of(message));
        mail.AddCustomArg("greenery_message_id", TextSanitizer.Line(message.Id, LongestId));
        mail.AddCategories(["greenery", $"greenery-{message.Severity.ToString().ToLowerInvariant()}"]);
        // No answer of an absent owner's mailbox to a machine.
        mail.AddGlobalHeader("Auto-Submitted", "auto-generated");
        // Links keep their own address, and opens are not tracked.
        mail.SetClickTracking(enable: false, enableText: false);
        mail.SetOpenTracking(enable: false);
        mail.SetSandBoxMode(isTest);
        return mail;
    }
}
