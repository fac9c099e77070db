using System.Net;

namespace Greenery.Alerts.Channels;

/// <summary>
/// Reads at most 16 KB of an error's body and nothing of a success. The status decides; a body that is cut off or
/// endless changes nothing about it.
/// </summary>
internal sealed class BoundedBody : DelegatingHandler
{
    private const int LongestBody = 16 * 1024;

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var answer = await base.SendAsync(request, cancellationToken);
        var body = answer.IsSuccessStatusCode ? [] : await ReadAsync(answer.Content, cancellationToken);
        var bounded = new HttpResponseMessage(answer.StatusCode) { Content = new ByteArrayContent(body) };
        foreach (var (name, values) in answer.Headers.NonValidated)
        {
            bounded.Headers.TryAddWithoutValidation(name, values);
        }
        return bounded;
    }

    private static async Task<byte[]> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = await content.ReadAsStreamAsync(cancellationToken);
            var buffer = new byte[LongestBody];
            var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, false, cancellationToken);
            return buffer[..length];
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            return [];
        }
    }
}
