using System.Net.Sockets;

namespace Greenery.Tests.Support;

/// <summary>
/// A way to a server on which, from some moment on, nothing arrives any more: what is connected stays connected, what
/// connects is accepted, and no byte passes.
/// </summary>
internal sealed class BlackHole : TestProxy
{
    private readonly string _host;
    private readonly int _port;
    private volatile bool _swallows;

    public BlackHole(string host, int port)
    {
        (_host, _port) = (host, port);
        Start();
    }

    /// <summary>From now on nothing passes.</summary>
    public void Swallow() => _swallows = true;

    protected override async Task ServeAsync(TcpClient client)
    {
        if (_swallows)
        {
            await PassAsync(client.GetStream(), Stream.Null);
            return;
        }
        using var server = new TcpClient();
        await server.ConnectAsync(_host, _port, Stopping);
        await Task.WhenAll(
            PassAsync(client.GetStream(), server.GetStream()),
            PassAsync(server.GetStream(), client.GetStream()));
    }

    private async Task PassAsync(Stream from, Stream to)
    {
        var buffer = new byte[64 * 1024];
        int count;
        while ((count = await from.ReadAsync(buffer, Stopping)) > 0)
        {
            if (!_swallows)
            {
                await to.WriteAsync(buffer.AsMemory(0, count), Stopping);
            }
        }
        // Nor does the end of a connection arrive.
        if (_swallows)
        {
            await Task.Delay(Timeout.Infinite, Stopping);
        }
        else
        {
            to.Dispose();
        }
    }
}
