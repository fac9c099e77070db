using System.Net;
using System.Net.Sockets;

namespace Greenery.Tests.Support;

/// <summary>
/// A way to a server on which, from some moment on, nothing arrives any more: what is connected stays connected, what
/// connects is accepted, and no byte passes.
/// </summary>
internal sealed class BlackHole : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly string _host;
    private readonly int _port;
    private readonly Task _accepting;
    private volatile bool _swallows;

    public BlackHole(string host, int port)
    {
        (_host, _port) = (host, port);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>From now on nothing passes.</summary>
    public void Swallow() => _swallows = true;

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
            using var server = new TcpClient();
            using (client)
            {
                if (!_swallows)
                {
                    await server.ConnectAsync(_host, _port, _stop.Token);
                    await Task.WhenAll(
                        PassAsync(client.GetStream(), server.GetStream()),
                        PassAsync(server.GetStream(), client.GetStream()));
                }
                else
                {
                    await PassAsync(client.GetStream(), Stream.Null);
                }
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or SocketException)
        {
            // The test is over, or one side has gone.
        }
    }

    private async Task PassAsync(Stream from, Stream to)
    {
        var buffer = new byte[64 * 1024];
        int count;
        while ((count = await from.ReadAsync(buffer, _stop.Token)) > 0)
        {
            if (!_swallows)
            {
                await to.WriteAsync(buffer.AsMemory(0, count), _stop.Token);
            }
        }
        // Nor does the end of a connection arrive.
        if (_swallows)
        {
            await Task.Delay(Timeout.Infinite, _stop.Token);
        }
        else
        {
            to.Dispose();
        }
    }
}
