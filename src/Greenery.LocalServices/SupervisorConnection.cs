using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Greenery.LocalServices;

/// <summary>A connection to the supervisor. The services run as long as some process holds one open.</summary>
internal sealed class SupervisorConnection : IAsyncDisposable
{
    // A program that was given the port of a supervisor that is gone need not answer at all.
    private static readonly TimeSpan _greetingWithin = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan _stopWithin = TimeSpan.FromSeconds(20);

    private readonly TcpClient _client;
    private readonly StreamReader _reader;
    private readonly StreamWriter _writer;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly ConcurrentDictionary<string, TaskCompletionSource<SupervisorMessage>> _waiting = new();
    private IProgress<string>? _progress;
    private Task _reading = Task.CompletedTask;

    private SupervisorConnection(TcpClient client)
    {
        _client = client;
        _reader = new StreamReader(client.GetStream());
        _writer = new StreamWriter(client.GetStream()) { AutoFlush = true, NewLine = "\n" };
    }

    /// <summary>
    /// Connects; null when there is no supervisor at the address (any more). One that is stopping is waited for first.
    /// </summary>
    public static async Task<SupervisorConnection?> TryOpenAsync(
        SupervisorAddress address, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var client = new TcpClient { NoDelay = true };
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, address.Port, cancellationToken);
            var connection = new SupervisorConnection(client) { _progress = progress };
            if (await connection.GreetAsync(address.Token, cancellationToken) == "ready")
            {
                connection._reading = connection.ReadAsync();
                return connection;
            }
        }
        catch (Exception exception) when (exception is SocketException or IOException or TimeoutException)
        {
            // No process listens there, or it is no supervisor.
        }
        catch
        {
            client.Dispose();
            throw;
        }
        client.Dispose();
        return null;
    }

    /// <summary>Whether the supervisor has closed the connection, or is gone.</summary>
    public bool HasEnded => _reading.IsCompleted;

    /// <summary>Starts a service if it does not run; its connection string.</summary>
    /// <exception cref="InfrastructureException">The service does not start, or the supervisor is gone.</exception>
    public async Task<string> NeedAsync(string service, CancellationToken cancellationToken)
    {
        var answer = _waiting.GetOrAdd(service, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
        try
        {
            await WriteAsync(new { need = service }, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            throw Gone();
        }
        await Task.WhenAny(answer.Task, _reading).WaitAsync(cancellationToken);
        var message = answer.Task.IsCompleted ? await answer.Task : throw Gone();
        return message.Connection ?? throw new InfrastructureException(message.Error ?? Gone().Message);
    }

    /// <summary>Lets go of the services. The last to do so waits until they have stopped.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            _client.Client.Shutdown(SocketShutdown.Send);
            await _reading.WaitAsync(_stopWithin);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or TimeoutException)
        {
            // The supervisor is gone already, or goes on alone: there is nothing more to do for it here.
        }
        _client.Dispose();
        _writing.Dispose();
    }

    private async Task<string?> GreetAsync(string token, CancellationToken cancellationToken)
    {
        await WriteAsync(new { token }, cancellationToken);
        var line = await _reader.ReadLineAsync(cancellationToken).AsTask()
            .WaitAsync(_greetingWithin, cancellationToken);
        var state = Parse(line)?.State;
        if (state == "stopping")
        {
            await _reader.ReadToEndAsync(cancellationToken).WaitAsync(_stopWithin, cancellationToken);
        }
        return state;
    }

    private async Task WriteAsync(object message, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            await _writer.WriteLineAsync(JsonSerializer.Serialize(message).AsMemory(), cancellationToken);
        }
        finally
        {
            _writing.Release();
        }
    }

    private async Task ReadAsync()
    {
        try
        {
            while (await _reader.ReadLineAsync() is { } line)
            {
                Dispatch(Parse(line));
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // The connection was closed without a last message.
        }
    }

    private void Dispatch(SupervisorMessage? message)
    {
        if (message?.Progress is { } progress)
        {
            _progress?.Report(progress);
        }
        else if (message?.Service is { } service && _waiting.TryRemove(service, out var waiting))
        {
            waiting.TrySetResult(message);
        }
    }

    private static SupervisorMessage? Parse(string? line)
    {
        try
        {
            return JsonSerializer.Deserialize<SupervisorMessage>(line ?? "null", JsonSerializerOptions.Web);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static InfrastructureException Gone() => new(
        "Local services: the process that runs PostgreSQL and Azurite has ended. Its last words are in services.log "
        + "in the folder of the data. Run again: it is started anew, and the data is kept.");
}

/// <summary>A line of the supervisor's; which of the parts are there says what it is (see supervisor.mjs).</summary>
internal sealed record SupervisorMessage(
    string? State, string? Service, string? Connection, string? Error, string? Progress);
