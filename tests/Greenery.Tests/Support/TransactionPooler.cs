using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Greenery.Tests.Support;

/// <summary>
/// What a connection pooler in transaction mode does, as far as a client can see: all clients share one session of the
/// server, a statement at a time, and are given the number of a process that is none.
/// </summary>
internal sealed class TransactionPooler : IAsyncDisposable
{
    private static readonly byte[] LoggedIn = [(byte)'R', 0, 0, 0, 8, 0, 0, 0, 0];

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _turn = new(1);
    private readonly TcpClient _server = new();
    private readonly Task _accepting;

    // Parameters, key and "ready": what later clients are greeted with. Empty until the first has logged in.
    private readonly List<byte[]> _greeting = [];

    public TransactionPooler(string host, int port)
    {
        _listener.Start();
        _accepting = AcceptAsync(host, port);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting;
        _listener.Stop();
        _server.Dispose();
        _stop.Dispose();
        _turn.Dispose();
    }

    private async Task AcceptAsync(string host, int port)
    {
        var clients = new List<Task>();
        try
        {
            await _server.ConnectAsync(host, port, _stop.Token);
            while (true)
            {
                clients.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(clients);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        try
        {
            using (client)
            {
                await GreetAsync(client.GetStream());
                var unsent = new List<byte[]>();
                while (await MessageAsync(client.GetStream()) is [not (byte)'X', ..] message)
                {
                    unsent.Add(message);
                    if (message[0] is (byte)'Q' or (byte)'S')
                    {
                        await ForwardAsync(client.GetStream(), unsent);
                        unsent.Clear();
                    }
                }
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            // The client is gone, or the test is over.
        }
    }

    private async Task GreetAsync(NetworkStream client)
    {
        var startup = await StartupAsync(client);
        await _turn.WaitAsync(_stop.Token);
        try
        {
            if (_greeting.Count == 0)
            {
                await LogInAsync(client, startup);
                return;
            }
            await client.WriteAsync(LoggedIn, _stop.Token);
            await client.WriteAsync(_greeting.SelectMany(part => part).ToArray(), _stop.Token);
        }
        finally
        {
            _turn.Release();
        }
    }

    // The first message has no type; before it, a client may ask for encryption, which there is none of.
    private async Task<byte[]> StartupAsync(NetworkStream client)
    {
        while (true)
        {
            var length = new byte[4];
            await client.ReadExactlyAsync(length, _stop.Token);
            var body = new byte[BinaryPrimitives.ReadInt32BigEndian(length) - 4];
            await client.ReadExactlyAsync(body, _stop.Token);
            if (body.Length > 4)
            {
                return [.. length, .. body];
            }
            await client.WriteAsync("N"u8.ToArray(), _stop.Token);
        }
    }

    private async Task LogInAsync(NetworkStream client, byte[] startup)
    {
        await _server.GetStream().WriteAsync(startup, _stop.Token);
        byte[] message;
        do
        {
            message = await MessageAsync(_server.GetStream());
            if (message[0] == 'K')
            {
                BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(5), int.MaxValue);
            }
            if (message[0] is (byte)'S' or (byte)'K' or (byte)'Z')
            {
                _greeting.Add(message);
            }
            await client.WriteAsync(message, _stop.Token);
            // Passwords are asked for; 0 is "logged in", 12 the end of SASL.
            if (message[0] == 'R' && BinaryPrimitives.ReadInt32BigEndian(message.AsSpan(5)) is not (0 or 12))
            {
                await _server.GetStream().WriteAsync(await MessageAsync(client), _stop.Token);
            }
        }
        while (message[0] != 'Z');
    }

    private async Task ForwardAsync(NetworkStream client, IEnumerable<byte[]> messages)
    {
        await _turn.WaitAsync(_stop.Token);
        try
        {
            await _server.GetStream().WriteAsync(messages.SelectMany(part => part).ToArray(), _stop.Token);
            byte[] answer;
            do
            {
                answer = await MessageAsync(_server.GetStream());
                await client.WriteAsync(answer, _stop.Token);
            }
            while (answer[0] != 'Z');
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<byte[]> MessageAsync(NetworkStream stream)
    {
        var head = new byte[5];
        await stream.ReadExactlyAsync(head, _stop.Token);
        var body = new byte[BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(1)) - 4];
        await stream.ReadExactlyAsync(body, _stop.Token);
        return [.. head, .. body];
    }
}
