using System.Net;
using System.Net.Sockets;

namespace Greenery.Tests.Drops;

/// <summary>A TCP proxy that breaks its first connections after some bytes of answer.</summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly int _target;
    private readonly int _cutAfter;
    private int _cutsLeft;

    public CuttingProxy(int target, int cuts, int cutAfter)
    {
        (_target, _cutsLeft, _cutAfter) = (target, cuts, cutAfter);
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public int CutsLeft => _cutsLeft;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        using (var server = new TcpClient())
        {
            await server.ConnectAsync(IPAddress.Loopback, _target, _stop.Token);
            var up = client.GetStream().CopyToAsync(server.GetStream(), _stop.Token);
            await AnswerAsync(server.GetStream(), client, _stop.Token);
        }
    }

    private async Task AnswerAsync(NetworkStream from, TcpClient to, CancellationToken cancellationToken)
    {
        var buffer = new byte[16 * 1024];
        var passed = 0;
        int count;
        while ((count = await from.ReadAsync(buffer, cancellationToken)) > 0)
        {
            await to.GetStream().WriteAsync(buffer.AsMemory(0, count), cancellationToken);
            passed += count;
            if (passed > _cutAfter && Interlocked.Decrement(ref _cutsLeft) >= 0)
            {
                // A reset, as a dying line gives, not an orderly end.
                to.LingerState = new LingerOption(true, 0);
                return;
            }
        }
    }
}
