using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Greenery.Cli.Commands;

/// <summary>Options that several commands have.</summary>
internal static class CommonOptions
{
    public static Option<bool> Json() => new("--json")
    {
        Description = "Print the result as JSON on standard output; what is meant for people goes to standard error.",
    };

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
