using Greenery.Presentation;
using Microsoft.Extensions.Logging;

namespace Greenery.Cli.Output;

/// <summary>Standard error: lines for people, or one JSON object a line (<c>--log-format json</c>).</summary>
internal sealed class LogOutput(LogFormat format, TextWriter? output = null, TimeProvider? time = null)
{
    private readonly TextWriter _output = output ?? Console.Error;
    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <summary>Whether entries are JSON.</summary>
    public bool IsJson => format == LogFormat.Json;

    /// <summary>Why a command did not do what was asked for.</summary>
    public void Error(string text) => Write(LogLevel.Error, text);

    /// <summary>What a command goes on in spite of.</summary>
    public void Warning(string text) => Write(LogLevel.Warning, text);

    /// <summary>What takes a moment.</summary>
    public void Information(string text) => Write(LogLevel.Information, text);

    /// <summary>Where hosts log, as JSON.</summary>
    public ILoggerProvider CreateProvider() => new JsonLogProvider(_output, _time);

    /// <summary>A logger that writes JSON.</summary>
    public ILogger<T> CreateLogger<T>() => new Logger<T>(new LoggerFactory([CreateProvider()]));

    private void Write(LogLevel level, string text) => _output.WriteLine(
        IsJson ? JsonLogLine.Write(_time.GetUtcNow(), level, default, text) : TerminalText.Escape(text));
}
