using Microsoft.Net.Http.Headers;

namespace Greenery.Alerts.Channels;

/// <summary>
/// Posts one request, once. No answer is a result, too, and no result says more of the address than its host.
/// </summary>
internal sealed class WebhookClient(HttpClient http, TimeProvider time)
{
    /// <param name="request">What to post; JSON.</param>
    /// <param name="judge">What an answer means.</param>
    /// <param name="cancellationToken">Whether the message went out is not known then.</param>
    public async Task<Delivery> SendAsync(HttpRequestMessage request, Func<WebhookResponse, Delivery> judge,
        CancellationToken cancellationToken)
    {
        var host = request.RequestUri!.Host;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(http.Timeout);
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            return judge(await WebhookResponse.ReadAsync(response, time.GetUtcNow(), limit.Token));
        }
        catch (HttpRequestException exception)
        {
            return Later($"{host} {Reason(exception.HttpRequestError)}.");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Later($"{host} did not answer within {http.Timeout.TotalSeconds:0.#} s; it may have taken the "
                + $"message all the same.");
        }
    }

    /// <summary>A POST of JSON.</summary>
    public static HttpRequestMessage Request(Uri address, string json) => new(HttpMethod.Post, address)
    {
        Content = new StringContent(json, System.Text.Encoding.UTF8, "application/json"),
        Headers = { { HeaderNames.UserAgent, "Greenery" } },
    };

    private static Delivery Later(string words) => new(DeliveryOutcome.Later, words);

    private static string Reason(HttpRequestError error) => error switch
    {
        HttpRequestError.NameResolutionError => "is not known to the name service; see the setting and the network",
        HttpRequestError.ConnectionError => "cannot be reached; see the network and its firewalls",
        HttpRequestError.SecureConnectionError => "has no certificate that is trusted here, so nothing was sent",
        _ => "cut the connection without an answer; it may have taken the message all the same",
    };
}
