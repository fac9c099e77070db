using System.Text.Json;
using System.Text.Json.Serialization;
using Greenery.Presentation;
using Spectre.Console;

namespace Greenery.Cli.Output;

/// <summary>
/// Where a command writes: words for people to standard output, or, when a machine reads that (<c>--json</c>), to
/// standard error. On a terminal in colour, elsewhere plain. Where the log is JSON (<c>--log-format json</c>), standard
/// error has nothing else: words for people are left out when standard output is a machine's, too.
/// </summary>
internal sealed class Terminal : IProgress<string>
{
    // A file or a pipe has no width of its own, and a line that is broken there is lost to grep.
    private const int PlainWidth = 100_000;

    // The layout of a line takes time by the square of its length; what is longer is written as it is, without colour.
    private const int LongestLaidOut = 10_000;

    private static readonly JsonSerializerOptions JsonOptions = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly bool _isJson;

    /// <param name="isJson">Whether standard output is a machine's.</param>
    /// <param name="logFormat">The form of what is logged.</param>
    public Terminal(bool isJson, LogFormat logFormat = LogFormat.Text)
    {
        _isJson = isJson;
        Log = new LogOutput(logFormat);
        IsLive = !Log.IsJson && (isJson ? !Console.IsErrorRedirected : !Console.IsOutputRedirected);
        People = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(
                !isJson ? Console.Out : Log.IsJson ? TextWriter.Null : Console.Error),
            Interactive = IsLive ? InteractionSupport.Detect : InteractionSupport.No,
            Ansi = IsLive ? AnsiSupport.Detect : AnsiSupport.No,
        });
        People.Pipeline.Attach(new ControlCharacterFilter());
        if (!IsLive)
        {
            People.Profile.Width = PlainWidth;
        }
    }

    /// <summary>Where the command logs.</summary>
    public LogOutput Log { get; }

    /// <summary>Whether a user is watching.</summary>
    public bool IsLive { get; }

    /// <summary>The console for people.</summary>
    public IAnsiConsole People { get; }

    /// <summary>A line for people.</summary>
    public void Line(string text = "")
    {
        if (text.Length <= LongestLaidOut)
        {
            People.WriteLine(text);
            return;
        }
        People.Profile.Out.Writer.WriteLine(TerminalText.Escape(text));
    }

    /// <summary>A line for people, in Spectre's markup; what comes from outside must be escaped.</summary>
    public void Markup(string markup)
    {
        if (markup.Length <= LongestLaidOut)
        {
            People.MarkupLine(markup);
            return;
        }
        Line(Spectre.Console.Markup.Remove(markup));
    }

    /// <summary>The result for a machine; nothing when none is listening.</summary>
    public void Json<T>(T result)
    {
        if (_isJson)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(result, JsonOptions));
        }
    }

    /// <summary>A line about what goes on, which is no result: an entry of the log where that is JSON.</summary>
    public void Notice(string text)
    {
        if (Log.IsJson)
        {
            Log.Information(text);
        }
        else
        {
            Line(text);
        }
    }

    /// <summary>Something that takes a moment, such as an installation.</summary>
    void IProgress<string>.Report(string value) => Notice(value);
}
