using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Greenery.FaultInjection.Network;

/// <summary>
/// A way to a storage whose first answers are half XML of a status; after these it passes everything through.
/// </summary>
internal sealed class BrokenStorage : TestProxy
{
    private readonly int _target;
    private readonly int _status;
    private int _left;

    /// <param name="target">The storage's port on this machine.</param>
    /// <param name="status">The status of the broken answers.</param>
    /// <param name="times">How many there are.</param>
    public BrokenStorage(int target, int status, int times)
    {
        (_target, _status, _left) = (target, status, times);
        Start();
    }

    /// <summary>Broken answers that are still to come.</summary>
    public int Left => Math.Max(0, _left);

    protected override async Task ServeAsync(TcpClient client)
    {
        if (Interlocked.Decrement(ref _left) >= 0)
        {
            await AnswerAsync(client.GetStream());
            return;
        }
        using var server = new TcpClient();
        await server.ConnectAsync(IPAddress.Loopback, _target, Stopping);
        await Task.WhenAny(
            client.GetStream().CopyToAsync(server.GetStream(), Stopping),
            server.GetStream().CopyToAsync(client.GetStream(), Stopping));
    }

    // The connection ends in order, and the body has the length that was announced: only the XML is half.
    private async Task AnswerAsync(NetworkStream stream)
    {
        var request = new byte[8192];
        await stream.ReadAtLeastAsync(request, 1, cancellationToken: Stopping);
        const string body = "<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>ServerBusy</Code><Mess";
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes(
                $"HTTP/1.1 {_status} Odd\r\nContent-Type: application/xml\r\nContent-Length: {body.Length}\r\n"
                + $"x-ms-request-id: 1\r\nx-ms-error-code: ServerBusy\r\nConnection: close\r\n\r\n{body}"),
            Stopping);
    }
}
