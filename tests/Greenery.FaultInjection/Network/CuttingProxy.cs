using System.Net;
using System.Net.Sockets;

namespace Greenery.FaultInjection.Network;

/// <summary>A TCP proxy that breaks connections in the middle of an answer.</summary>
internal sealed class CuttingProxy : TestProxy
{
    private readonly string _host;
    private readonly int _port;
    private readonly int _cutAfter;
    private int _cutsLeft;

    /// <param name="target">The server's port on this machine.</param>
    /// <param name="cuts">How many connections are broken.</param>
    /// <param name="cutAfter">After so many bytes of answer.</param>
    public CuttingProxy(int target, int cuts, int cutAfter)
        : this(IPAddress.Loopback.ToString(), target, cutAfter) => Cut(cuts);

    /// <summary>Breaks nothing until <see cref="Cut"/>.</summary>
    public CuttingProxy(string host, int port, int cutAfter)
    {
        (_host, _port, _cutAfter) = (host, port, cutAfter);
        Start();
    }

    /// <summary>Connections that are still to be broken.</summary>
    public int CutsLeft => Math.Max(0, _cutsLeft);

    /// <summary>From now on so many connections are broken.</summary>
    public void Cut(int times) => Interlocked.Exchange(ref _cutsLeft, times);

    protected override async Task ServeAsync(TcpClient client)
    {
        using var server = new TcpClient();
        await server.ConnectAsync(_host, _port, Stopping);
        var up = RequestAsync(client, server);
        await AnswerAsync(server.GetStream(), client, Stopping);
    }

    // The end of the client's connection is the end of the server's: its session must not outlive the client.
    private async Task RequestAsync(TcpClient client, TcpClient server)
    {
        try
        {
            await client.GetStream().CopyToAsync(server.GetStream(), Stopping);
            server.Client.Shutdown(SocketShutdown.Send);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or SocketException
            or ObjectDisposedException)
        {
            // The answer's side ends it.
        }
    }

    private async Task AnswerAsync(NetworkStream from, TcpClient to, CancellationToken cancellationToken)
    {
        var buffer = new byte[16 * 1024];
        var passed = 0;
        int count;
        while ((count = await from.ReadAsync(buffer, cancellationToken)) > 0)
        {
            passed += count;
            if (passed > _cutAfter && _cutsLeft > 0 && Interlocked.Decrement(ref _cutsLeft) >= 0)
            {
                await to.GetStream().WriteAsync(buffer.AsMemory(0, count / 2), cancellationToken);
                // A reset, as a dying line gives, not an orderly end.
                to.LingerState = new LingerOption(true, 0);
                return;
            }
            await to.GetStream().WriteAsync(buffer.AsMemory(0, count), cancellationToken);
        }
    }
}
