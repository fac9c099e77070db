using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Greenery.Tests.Alerts;

/// <summary>
/// The line between a process and PostgreSQL. It can be cut at any exchange, before the request arrives or after it was
/// done and before the answer comes back: to the database this is a process that dies there.
/// </summary>
internal sealed class CrashingConnection : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<TcpClient, byte> _clients = new();
    private readonly NpgsqlConnectionStringBuilder _server;
    private int _left = int.MaxValue;
    private bool _isAnswerLost;

    public CrashingConnection(string connectionString)
    {
        _server = new NpgsqlConnectionStringBuilder(connectionString);
        _listener.Start();
        _ = AcceptAsync();
    }

    /// <summary>The way through this line.</summary>
    public string ConnectionString => new NpgsqlConnectionStringBuilder(_server.ConnectionString)
    {
        Host = "127.0.0.1", Port = ((IPEndPoint)_listener.LocalEndpoint).Port, SslMode = SslMode.Disable,
        Pooling = true,
    }.ConnectionString;

    /// <summary>For good: another process has a line of its own.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Dies at the request after so many others.</summary>
    public void DieAfter(int requests, bool isAnswerLost) => (_left, _isAnswerLost) = (requests, isAnswerLost);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        Cut();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException
            or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var server = new TcpClient { NoDelay = true };
        client.NoDelay = true;
        _clients[client] = 0;
        try
        {
            if (!IsClosed)
            {
                await server.ConnectAsync(_server.Host!, _server.Port);
                await Task.WhenAny(RequestsAsync(client.GetStream(), server.GetStream()),
                    AnswersAsync(server.GetStream(), client.GetStream()));
            }
        }
        catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException
            or InvalidOperationException)
        {
            // An end of the line is gone.
        }
        _clients.TryRemove(client, out _);
        Reset(client);
    }

    private async Task RequestsAsync(NetworkStream client, NetworkStream server)
    {
        var buffer = new byte[64 * 1024];
        int count;
        while ((count = await client.ReadAsync(buffer)) > 0)
        {
            var isLast = Interlocked.Decrement(ref _left) == -1;
            if (isLast)
            {
                IsClosed = true;
            }
            if (!isLast || _isAnswerLost)
            {
                await server.WriteAsync(buffer.AsMemory(0, count));
            }
            if (isLast)
            {
                await DieAsync(server);
            }
        }
    }

    // The server is done with the request when it closes: nothing else comes after it.
    private async Task DieAsync(NetworkStream server)
    {
        if (_isAnswerLost)
        {
            server.Socket.Shutdown(SocketShutdown.Send);
            await Task.Delay(30);
        }
        Cut();
    }

    private async Task AnswersAsync(NetworkStream server, NetworkStream client)
    {
        var buffer = new byte[64 * 1024];
        int count;
        while ((count = await server.ReadAsync(buffer)) > 0)
        {
            if (!IsClosed)
            {
                await client.WriteAsync(buffer.AsMemory(0, count));
            }
        }
    }

    private void Cut()
    {
        foreach (var client in _clients.Keys)
        {
            Reset(client);
        }
    }

    private static void Reset(TcpClient client)
    {
        try
        {
            // The other direction may have closed it meanwhile.
            if (client.Client is { } socket)
            {
                socket.LingerState = new LingerOption(true, 0);
            }
            client.Close();
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // It is closed already.
        }
    }
}
