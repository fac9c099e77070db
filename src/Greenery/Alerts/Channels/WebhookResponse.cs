using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Greenery.Alerts.Channels;

/// <summary>What a channel's server said.</summary>
/// <param name="Status">The status.</param>
/// <param name="Body">The first 16 KB of its words, where it did not take the message; else empty.</param>
/// <param name="RetryAfter">From Retry-After or X-RateLimit-Reset, a day at most; null when it did not say.</param>
/// <param name="Receipt">X-Message-Id, or null.</param>
internal sealed record WebhookResponse(HttpStatusCode Status, string Body, TimeSpan? RetryAfter, string? Receipt)
{
    private const int LongestBody = 16 * 1024;

    /// <summary>200 and 202: taken.</summary>
    public bool IsTaken => (int)Status is >= 200 and < 300;

    /// <summary>The server could not now, which says nothing of the message.</summary>
    public bool IsForNow =>
        Status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests || (int)Status >= 500;

    public static async Task<WebhookResponse> ReadAsync(
        HttpResponseMessage response, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var body = response.IsSuccessStatusCode ? "" : await ReadBodyAsync(response.Content, cancellationToken);
        return new WebhookResponse(
            response.StatusCode, body, Pause(response.Headers, now), First(response.Headers, "X-Message-Id"));
    }

    // The status says what to do; words that are cut off on the way change nothing about it.
    private static async Task<string> ReadBodyAsync(HttpContent content, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = await content.ReadAsStreamAsync(cancellationToken);
            var buffer = new byte[LongestBody];
            return Encoding.UTF8.GetString(
                buffer, 0, await stream.ReadAtLeastAsync(buffer, buffer.Length, false, cancellationToken));
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            return "";
        }
    }

    private static TimeSpan? Pause(HttpResponseHeaders headers, DateTimeOffset now)
    {
        var pause = headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - now,
            _ => Reset(headers) - now,
        };
        return pause is { } time ? TimeSpan.FromTicks(Math.Clamp(time.Ticks, 0, TimeSpan.TicksPerDay)) : null;
    }

    private static DateTimeOffset? Reset(HttpResponseHeaders headers) =>
        long.TryParse(First(headers, "X-RateLimit-Reset"), NumberStyles.None, CultureInfo.InvariantCulture,
            out var seconds)
        && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;

    private static string? First(HttpResponseHeaders headers, string name) =>
        headers.TryGetValues(name, out var values) ? values.First() : null;
}
