using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Greenery.Alerts.Rendering;

namespace Greenery.Alerts.Channels;

/// <summary>What the answers of a Workflows webhook mean, in words that say what to do and show no signature.</summary>
internal sealed partial class TeamsResponse(TeamsChannel channel, bool isTest)
{
    private string Setting => $"Greenery:Alerts:Teams:{channel.Name}:Url";

    public Delivery Judge(WebhookResponse answer) => answer switch
    {
        { IsTaken: true } => new Delivery(
            DeliveryOutcome.Accepted,
            $"The flow of Teams channel {channel.Name} took the {(isTest ? "test " : "")}card ("
                + $"{(int)answer.Status}); whether it is posted only the channel shows."),
        { IsForNow: true } => new Delivery(
            DeliveryOutcome.Later,
            $"The flow of Teams channel {channel.Name} takes nothing for the moment ({(int)answer.Status})."
                + $"{Describe(answer)}", answer.RetryAfter),
        _ => new Delivery(DeliveryOutcome.Refused, $"{Refusal(answer.Status)}{Describe(answer)}"),
    };

    private string Refusal(HttpStatusCode status) => status switch
    {
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden =>
            $"The flow of Teams channel {channel.Name} does not know the signature ({(int)status}): copy the "
                + $"webhook's address anew into {Setting}.",
        HttpStatusCode.NotFound or HttpStatusCode.Gone =>
            $"The flow of Teams channel {channel.Name} is not there any more ({(int)status}): make a Workflow and "
                + $"put its address into {Setting}.",
        HttpStatusCode.RequestEntityTooLarge =>
            $"The flow of Teams channel {channel.Name} found the card too large (413).",
        _ => $"The flow of Teams channel {channel.Name} refused the card ({(int)status}): see that it is switched "
            + $"on, and {Setting}.",
    };

    private string Describe(WebhookResponse answer)
    {
        var words = TextSanitizer.Line(WithoutQuery(Message(answer.Body)), 300);
        return words.Length == 0 ? "" : $" It says: {words}";
    }

    // {"error": {"code": "...", "message": "..."}}
    private static string Message(string body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.TryGetProperty("error", out var error)
                && error.TryGetProperty("message", out var message)
                ? message.ToString()
                : "";
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return "";
        }
    }

    // An answer may repeat the address it was asked at, in this or that spelling.
    private string WithoutQuery(string words)
    {
        var values = new Uri(channel.Url.Reveal()).Query.TrimStart('?').Split('&')
            .Select(pair => pair[(pair.IndexOf('=', StringComparison.Ordinal) + 1)..]);
        return values.Where(value => value.Length > 8)
            .SelectMany(value => (string[])[value, Uri.UnescapeDataString(value)])
            .Aggregate(Query().Replace(words, "?***"), (text, value) =>
            text.Replace(value, "***", StringComparison.Ordinal));
    }

    [GeneratedRegex(@"\?\S+=\S*")]
    private static partial Regex Query();
}
