using System.Text.Json.Nodes;
using Greenery.Alerts.Messages;
using Greenery.Alerts.Rendering;

namespace Greenery.Alerts.Channels;

/// <summary>
/// A message as the body of <c>POST /v3/mail/send</c>.
/// Source: https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send.
/// </summary>
internal static class SendGridMail
{
    // A custom arg may have 10,000 bytes, and the id is ours; a longer one is a mistake that must not stop the mail.
    private const int LongestId = 500;

    /// <param name="message">What to say.</param>
    /// <param name="to">An address.</param>
    /// <param name="channel">The sender.</param>
    /// <param name="isTest">Sandbox: SendGrid verifies it and sends nothing.</param>
    public static string Of(Message message, string to, EmailChannel channel, bool isTest) => new JsonObject
    {
        ["personalizations"] = new JsonArray(new JsonObject
        {
            ["to"] = new JsonArray(new JsonObject { ["email"] = to }),
            ["custom_args"] = new JsonObject { ["greenery_message_id"] = TextSanitizer.Line(message.Id, LongestId) },
        }),
        ["from"] = new JsonObject { ["email"] = channel.From, ["name"] = channel.FromName },
        ["subject"] = TextSanitizer.Sanitize(message).Title,
        ["content"] = new JsonArray(Part("text/plain", TextMail.Of(message)), Part("text/html", HtmlMail.Of(message))),
        ["categories"] = new JsonArray("greenery", $"greenery-{message.Severity.ToString().ToLowerInvariant()}"),
        // No answer of an absent owner's mailbox to a machine.
        ["headers"] = new JsonObject { ["Auto-Submitted"] = "auto-generated" },
        // Links lead where they say, and nobody is watched reading.
        ["tracking_settings"] = new JsonObject
        {
            ["click_tracking"] = new JsonObject { ["enable"] = false }, ["open_tracking"] = new JsonObject
                { ["enable"] = false },
        },
        ["mail_settings"] = new JsonObject { ["sandbox_mode"] = new JsonObject { ["enable"] = isTest } },
    }.ToJsonString();

    private static JsonObject Part(string type, string value) => new() { ["type"] = type, ["value"] = value };
}
