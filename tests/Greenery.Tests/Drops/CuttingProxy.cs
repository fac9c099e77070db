using System.Net;
using System.Net.Sockets;
using Greenery.Tests.Support;

namespace Greenery.Tests.Drops;

/// <summary>A TCP proxy that breaks its first connections after some bytes of answer.</summary>
internal sealed class CuttingProxy : TestProxy
{
    private readonly int _target;
    private readonly int _cutAfter;
    private int _cutsLeft;

    public CuttingProxy(int target, int cuts, int cutAfter)
    {
        (_target, _cutsLeft, _cutAfter) = (target, cuts, cutAfter);
        Start();
    }

    public int CutsLeft => _cutsLeft;

    protected override async Task ServeAsync(TcpClient client)
    {
        using var server = new TcpClient();
        await server.ConnectAsync(IPAddress.Loopback, _target, Stopping);
        var up = client.GetStream().CopyToAsync(server.GetStream(), Stopping);
        await AnswerAsync(server.GetStream(), client, Stopping);
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
