using System.Net;
using System.Net.Sockets;

namespace Greenery.FaultInjection.Network;

/// <summary>
/// A way to a server that can be shut: connections are cut and new ones refused until it is opened again.
/// </summary>
internal sealed class SeverableConnection(string host, int port) : IAsyncDisposable
{
    private CancellationTokenSource _shut = new();
    private Task _passing = Task.CompletedTask;

    /// <summary>On this machine's own address; shut at first.</summary>
    public int Port { get; } = FreePort();

    public void Open()
    {
        var listener = new TcpListener(IPAddress.Loopback, Port);
        listener.Server.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        listener.Start();
        _shut.Dispose();
        _shut = new CancellationTokenSource();
        _passing = AcceptAsync(listener, _shut.Token);
    }

    public async Task ShutAsync()
    {
        await _shut.CancelAsync();
        await _passing;
    }

    public async ValueTask DisposeAsync()
    {
        await ShutAsync();
        _shut.Dispose();
    }

    private async Task AcceptAsync(TcpListener listener, CancellationToken shut)
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                connections.Add(PassAsync(await listener.AcceptTcpClientAsync(shut), shut));
            }
        }
        catch (OperationCanceledException)
        {
            listener.Stop();
            await Task.WhenAll(connections);
        }
    }

    private async Task PassAsync(TcpClient client, CancellationToken shut)
    {
        try
        {
            using var server = new TcpClient();
            using (client)
            {
                await server.ConnectAsync(host, port, shut);
                await Task.WhenAny(
                    client.GetStream().CopyToAsync(server.GetStream(), shut), server.GetStream()
                        .CopyToAsync(client.GetStream(), shut));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or SocketException)
        {
            // That is what a door is for.
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
