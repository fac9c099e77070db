namespace Greenery.Cli.Output;

/// <summary>The form of what a command logs (<c>--log-format</c>).</summary>
internal enum LogFormat
{
    /// <summary>Lines for people.</summary>
    Text,

    /// <summary>One JSON object a line, on standard error.</summary>
    Json,
}
