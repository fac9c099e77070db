using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Greenery.Tests.Support;

/// <summary>
/// A way to a storage whose first answers are half XML of a status; after these it passes everything through.
/// </summary>
internal sealed class BrokenStorage : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly int _target;
    private readonly int _status;
    private readonly Task _accepting;
    private int _left;

    /// <param name="target">The storage's port on this machine.</param>
    /// <param name="status">The status of the broken answers.</param>
    /// <param name="times">How many there are.</param>
    public BrokenStorage(int target, int status, int times)
    {
        (_target, _status, _left) = (target, status, times);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Broken answers that are still to come.</summary>
    public int Left => Math.Max(0, _left);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        try
        {
            using (client)
            {
                if (Interlocked.Decrement(ref _left) >= 0)
                {
                    await AnswerAsync(client.GetStream());
                    return;
                }
                using var server = new TcpClient();
                await server.ConnectAsync(IPAddress.Loopback, _target, _stop.Token);
                await Task.WhenAny(
                    client.GetStream().CopyToAsync(server.GetStream(), _stop.Token),
                    server.GetStream().CopyToAsync(client.GetStream(), _stop.Token));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or SocketException)
        {
            // The client or the storage has gone.
        }
    }

    // The connection ends in order, and the body has the length that was announced: only the XML is half.
    private async Task AnswerAsync(NetworkStream stream)
    {
        var request = new byte[8192];
        await stream.ReadAtLeastAsync(request, 1, cancellationToken: _stop.Token);
        const string body = "<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>ServerBusy</Code><Mess";
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes(
                $"HTTP/1.1 {_status} Odd\r\nContent-Type: application/xml\r\nContent-Length: {body.Length}\r\n"
                + $"x-ms-request-id: 1\r\nx-ms-error-code: ServerBusy\r\nConnection: close\r\n\r\n{body}"),
            _stop.Token);
    }
}
