using System.Text;
using Microsoft.Net.Http.Headers;

namespace Greenery.Alerts.Channels;

/// <summary>
/// Sends one request, once. No answer is a result, too, and no result says more of the address than its host.
/// </summary>
internal sealed class WebhookClient(HttpClient http, TimeProvider time)
{
    /// <summary>Posts JSON.</summary>
    /// <param name="address">Where to.</param>
    /// <param name="json">What to post.</param>
    /// <param name="judge">What an answer means.</param>
    /// <param name="cancellationToken">Whether the message went out is not known then.</param>
    public Task<Delivery> PostAsync(
        Uri address, string json, Func<WebhookResponse, Delivery> judge, CancellationToken cancellationToken) =>
        SendAsync(address.Host, judge, async () =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, address)
            {
                Content = new StringContent(json, Encoding.UTF8, "application/json"),
                Headers = { { HeaderNames.UserAgent, "Greenery" } },
            };
            using var answer = await http.SendAsync(request, cancellationToken);
            return await WebhookResponse.ReadAsync(
                answer.StatusCode, answer.Content, answer.Headers, time.GetUtcNow(), cancellationToken);
        }, cancellationToken);

    /// <summary>As the other, where a client library makes the request with the same HTTP client.</summary>
    /// <param name="host">Whom messages name.</param>
    /// <param name="judge">What an answer means.</param>
    /// <param name="send">Sends the request once.</param>
    /// <param name="cancellationToken">Whether the message went out is not known then.</param>
    public async Task<Delivery> SendAsync(
        string host, Func<WebhookResponse, Delivery> judge, Func<Task<WebhookResponse>> send,
        CancellationToken cancellationToken)
    {
        try
        {
            return judge(await send());
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

    private static Delivery Later(string words) => new(DeliveryOutcome.Later, words);

    private static string Reason(HttpRequestError error) => error switch
    {
        HttpRequestError.NameResolutionError => "is not known to the name service; see the setting and the network",
        HttpRequestError.ConnectionError => "cannot be reached; see the network and its firewalls",
        HttpRequestError.SecureConnectionError => "has no certificate that is trusted here, so nothing was sent",
        _ => "cut the connection without an answer; it may have taken the message all the same",
    };
}
