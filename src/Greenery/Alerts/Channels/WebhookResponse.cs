using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace Greenery.Alerts.Channels;

/// <summary>What a channel's server said.</summary>
/// <param name="Status">The status.</param>
/// <param name="Body">The first 16 KB of its words, where it did not take the message; else empty.</param>
/// <param name="RetryAfter">From Retry-After or X-RateLimit-Reset, a day at most; null when it did not say.</param>
/// <param name="Receipt">X-Message-Id, or null.</param>
internal sealed record WebhookResponse(HttpStatusCode Status, string Body, TimeSpan? RetryAfter, string? Receipt)
{
    /// <summary>200 and 202: taken.</summary>
    public bool IsTaken => (int)Status is >= 200 and < 300;

    /// <summary>The server could not now, which says nothing of the message.</summary>
    public bool IsForNow =>
        Status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests || (int)Status >= 500;

    /// <param name="status">The status.</param>
    /// <param name="body">The body as <see cref="BoundedBody"/> left it.</param>
    /// <param name="headers">The headers.</param>
    /// <param name="now">What a time in the headers counts from.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public static async Task<WebhookResponse> ReadAsync(
        HttpStatusCode status, HttpContent body, HttpResponseHeaders headers, DateTimeOffset now,
        CancellationToken cancellationToken) => new(
        status, await body.ReadAsStringAsync(cancellationToken), Pause(headers, now), First(headers, "X-Message-Id"));

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
