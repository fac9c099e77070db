using System.Net.Sockets;

namespace Greenery.FaultInjection.Network;

/// <summary>
/// A way to a server on which, from some moment on, nothing arrives any more: what is connected stays connected, what
/// connects is accepted, and no byte passes.
/// </summary>
internal sealed class BlackHole : TestProxy
{
    private readonly string _host;
    private readonly int _port;
    private volatile CancellationTokenSource _outage = new();
    private volatile bool _swallows;

    public BlackHole(string host, int port)
    {
        (_host, _port) = (host, port);
        Start();
    }

    /// <summary>From now on nothing passes.</summary>
    public void Swallow() => _swallows = true;

    /// <summary>The way is there again. Connections from before are closed: bytes of theirs are lost.</summary>
    public void Heal()
    {
        _swallows = false;
        // Not disposed: connections still look at it.
        Interlocked.Exchange(ref _outage, new CancellationTokenSource()).Cancel();
    }

    protected override async Task ServeAsync(TcpClient client)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Stopping, _outage.Token);
        if (_swallows)
        {
            await PassAsync(client.GetStream(), Stream.Null, end.Token);
            return;
        }
        using var server = new TcpClient();
        await server.ConnectAsync(_host, _port, end.Token);
        await Task.WhenAll(
            PassAsync(client.GetStream(), server.GetStream(), end.Token),
            PassAsync(server.GetStream(), client.GetStream(), end.Token));
    }

    private async Task PassAsync(Stream from, Stream to, CancellationToken end)
    {
        var buffer = new byte[64 * 1024];
        int count;
        while ((count = await from.ReadAsync(buffer, end)) > 0)
        {
            if (!_swallows)
            {
                await to.WriteAsync(buffer.AsMemory(0, count), end);
            }
        }
        // Nor does the end of a connection arrive.
        if (_swallows)
        {
            await Task.Delay(Timeout.Infinite, end);
        }
        else
        {
            to.Dispose();
        }
    }
}
