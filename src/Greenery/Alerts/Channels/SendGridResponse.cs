using System.Net;
using System.Text.Json;
using Greenery.Alerts.Rendering;

namespace Greenery.Alerts.Channels;

/// <summary>What SendGrid's answers mean, in words that say what to do.</summary>
internal sealed class SendGridResponse(EmailChannel channel, string to, bool isTest, TimeProvider time)
{
    private const string Key = "Greenery:Alerts:Email:ApiKey";
    private const string NoCredits = "Maximum credits exceeded";

    public Delivery Judge(WebhookResponse answer) => answer switch
    {
        { IsTaken: true } when isTest => new Delivery(
            DeliveryOutcome.Accepted, $"SendGrid's sandbox found the mail to {to} right; nothing was sent.", null,
            answer.Receipt),
        { IsTaken: true } => new Delivery(
            DeliveryOutcome.Accepted, $"SendGrid queued the mail to {to}; whether it arrives is not known.", null,
            answer.Receipt),
        { Status: HttpStatusCode.Unauthorized } when answer.Body.Contains(
            NoCredits, StringComparison.OrdinalIgnoreCase) => UsedUp(),
        { Status: HttpStatusCode.TooManyRequests } => new Delivery(
            DeliveryOutcome.Later, "SendGrid takes no more mails for the moment (429).", answer.RetryAfter),
        { IsForNow: true } => new Delivery(
            DeliveryOutcome.Later, $"SendGrid could not take the mail ({(int)answer.Status}).{Errors(answer)}",
            answer.RetryAfter),
        _ => new Delivery(DeliveryOutcome.Refused, Refusal(answer)),
    };

    private string Refusal(WebhookResponse answer) => answer.Status switch
    {
        HttpStatusCode.BadRequest => $"SendGrid refused the mail (400).{Errors(answer)}",
        HttpStatusCode.Unauthorized =>
            $"SendGrid does not know the key (401): put a valid one into {Key}.{Errors(answer)}",
        HttpStatusCode.Forbidden when IsAboutSender(answer) =>
            $"SendGrid forbids the sender {channel.From} (403): verify it there, or change "
                + $"Greenery:Alerts:Email:From.{Errors(answer)}",
        HttpStatusCode.Forbidden =>
            $"SendGrid forbids it (403): the key in {Key} lacks the permission Mail Send, or the sender "
                + $"{channel.From} is not verified.{Errors(answer)}",
        HttpStatusCode.RequestEntityTooLarge => $"SendGrid found the mail too large (413).{Errors(answer)}",
        _ => $"{channel.Host.Host} answered {(int)answer.Status}, as SendGrid does not: see "
            + $"Greenery:Alerts:Email:Host.{Errors(answer)}",
    };

    // The plan's mails for the day or the month are used up; SendGrid counts by days of UTC.
    private Delivery UsedUp()
    {
        var now = time.GetUtcNow();
        return new Delivery(
            DeliveryOutcome.Later,
            "The SendGrid account has sent all the mails that its plan allows (401 Maximum credits exceeded); it is "
            + "tried again after midnight UTC. A larger plan helps at once.",
            now.UtcDateTime.Date.AddDays(1) - now.UtcDateTime);
    }

    private static bool IsAboutSender(WebhookResponse answer) =>
        answer.Body.Contains("sender identity", StringComparison.OrdinalIgnoreCase)
        || answer.Body.Contains("from address", StringComparison.OrdinalIgnoreCase);

    private string Errors(WebhookResponse answer)
    {
        var errors = string.Join("; ", ReadErrors(answer.Body));
        return errors.Length == 0 ? "" : $" It says: {errors}";
    }

    private IEnumerable<string> ReadErrors(string body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement is { ValueKind: JsonValueKind.Object } root
                && root.TryGetProperty("errors", out var errors) && errors.ValueKind == JsonValueKind.Array
                ? [.. errors.EnumerateArray().Take(5).Select(Describe).Where(words => words.Length > 0)]
                : [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    private string Describe(JsonElement error) => error.ValueKind != JsonValueKind.Object
        ? Shown(error.ToString())
        : (Text(error, "message"), Text(error, "field")) switch
        {
            (var message, "") => message,
            var (message, field) => $"{message} (field {field})",
        };

    private string Text(JsonElement error, string name) =>
        error.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? Shown(value.GetString()!)
            : "";

    // Without the key first, then shortened: half a key is too much, too.
    private string Shown(string text) =>
        TextSanitizer.Line(text.Replace(channel.ApiKey.Reveal(), "***", StringComparison.Ordinal), 300);
}
