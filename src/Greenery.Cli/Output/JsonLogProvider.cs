using Microsoft.Extensions.Logging;

namespace Greenery.Cli.Output;

/// <summary>Writes log entries as JSON, each at once: a process that ends at once loses none.</summary>
internal sealed class JsonLogProvider(TextWriter output, TimeProvider time) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new JsonLogger(output, time);

    public void Dispose()
    {
        // Standard error is the process's.
    }

    private sealed class JsonLogger(TextWriter output, TimeProvider time) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        // What is too detailed is filtered by the factory.
        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) =>
            output.WriteLine(JsonLogLine.Write(
                time.GetUtcNow(), logLevel, eventId, formatter(state, exception), state, exception));
    }
}
