using System.Net;

namespace Greenery.Tests.Alerts.Channels;

/// <summary>An answer whose connection is cut after its status: the words never come.</summary>
internal sealed class TruncatedResponse(HttpStatusCode status) : HttpMessageHandler
{
    protected override Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken) =>
        Task.FromResult(new HttpResponseMessage(status) { Content = new Words() });

    private sealed class Words : HttpContent
    {
        protected override Task<Stream> CreateContentReadStreamAsync() =>
            throw new HttpIOException(HttpRequestError.ResponseEnded);

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            throw new NotSupportedException();

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
