using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Greenery.Tests.Support;

/// <summary>
/// Lines as a provider of logs writes them: formatted at once, since their state is reused afterwards.
/// </summary>
internal sealed class LogLines<T> : ILogger<T>
{
    private readonly ConcurrentQueue<(LogLevel Level, EventId Id, string Text, Exception? Exception)> _lines = new();

    public IReadOnlyCollection<(LogLevel Level, EventId Id, string Text, Exception? Exception)> All => _lines;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue((logLevel, eventId, formatter(state, exception), exception));
}
