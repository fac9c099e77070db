using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Greenery.Cli.Output;

namespace Greenery.Cli.Commands;

/// <summary>Options that several commands have.</summary>
internal static class CommonOptions
{
    public static Option<bool> Json() => new("--json")
    {
        Description = "Print the result as JSON on standard output; what is meant for people goes to standard error.",
    };

    /// <summary>Of every command: the form of what it logs.</summary>
    public static Option<string> LogFormatOption { get; } = CreateLogFormat();

    /// <summary>Where a command writes.</summary>
    /// <param name="parsed">Its command line.</param>
    /// <param name="json">Its option that makes standard output a machine's.</param>
    public static Terminal CreateTerminal(this ParseResult parsed, Option<bool> json) =>
        parsed.CreateTerminal(parsed.GetValue(json));

    /// <summary>Where a command writes, whose standard output is always people's, or never.</summary>
    public static Terminal CreateTerminal(this ParseResult parsed, bool isJson = false) =>
        new(isJson, parsed.GetLogFormat());

    /// <summary>The form of what is logged; text where the command line does not say it as it should.</summary>
    public static LogFormat GetLogFormat(this ParseResult parsed) =>
        parsed.GetResult(LogFormatOption) is { } result && !result.Errors.Any()
            && result.GetValueOrDefault<string>() == "json" ? LogFormat.Json : LogFormat.Text;

    public static Option<bool> FullRefresh() => new("--full-refresh")
    {
        Description = "Build every model in full, also where nothing has changed.",
    };

    public static Option<string> Out() => new("--out")
    {
        Description = "The file to write; one that is there is replaced.",
        HelpName = "FILE",
        Required = true,
    };

    public static Option<DateOnly?> Date(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "yyyy-MM-dd",
        CustomParser = ParseDate,
    };

    private static Option<string> CreateLogFormat()
    {
        var option = new Option<string>("--log-format")
        {
            Description = "The form of what is logged: text, or json for one object a line on standard error.",
            HelpName = "text|json",
            DefaultValueFactory = _ => "text",
            Recursive = true,
        };
        option.AcceptOnlyFromAmong("text", "json");
        return option;
    }

    private static DateOnly? ParseDate(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
        {
            return date;
        }
        result.AddError($"'{text}' is no date; expected one that exists, as yyyy-MM-dd (2026-11-21).");
        return null;
    }
}
